// Node's default loading of ES modules: from a URL to {format, source}.
'use strict';

const { codes } = require('errors/errors');
const { fileURLToPath } = require('url/url');
const { compileWrapper, formatOf, isAmbiguous, looksLikeModule, stripShebang } = require('modules/cjs');
const { isBuiltinURL } = require('modules/public_names');
const path = require('path/path');

const { readText } = binding('modules');

const IMPORT_TYPES = new Set(['json', 'text', 'bytes']);
const PROTOCOLS = new Set(['file:', 'data:', 'node:']);

/** Checks import attributes against a format. */
function checkAttributes(url, format, attributes, mime = '') {
  const { type } = attributes ?? {};
  for (const key of Object.keys(attributes ?? {}))
    if (key !== 'type') throw new codes.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED(key, attributes[key], '');
  if (format === undefined) throw new codes.ERR_UNKNOWN_MODULE_FORMAT(mime, url);
  if (format === 'json') {
    if (type === undefined) throw new codes.ERR_IMPORT_ATTRIBUTE_MISSING(url, 'type', 'json');
    if (type === 'json') return;
    if (!IMPORT_TYPES.has(type)) throw new codes.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED('type', type, '');
    throw new codes.ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, type);
  }
  if (type === undefined) return;
  if (!IMPORT_TYPES.has(type)) throw new codes.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED('type', type, '');
  throw new codes.ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, type);
}

const DATA_URL = /^data:([^/]+\/[^;,]+)?([^,]*?)(;base64)?,([\s\S]*)$/;
const MIME_FORMATS = {
  __proto__: null,
  'text/javascript': 'module',
  'application/json': 'json',
  'application/wasm': 'wasm',
};

/** {format, bytes} of a data: URL; the format is undefined for types that are no modules. */
function parseData(url) {
  const match = DATA_URL.exec(url.replace(/#.*$/s, ''));
  if (match === null) throw new codes.ERR_INVALID_URL(url);
  const [, mime, , base64, body] = match;
  const { Buffer } = require('buffer/buffer');
  return {
    mime: mime ?? '',
    format: MIME_FORMATS[mime],
    bytes: () => Buffer.from(decodeURIComponent(body), base64 ? 'base64' : 'utf8'),
  };
}

/**
 * What the name of a module tells of its format, for hooks: null where only its text can tell (or nothing does).
 * @returns {string|null}
 */
function formatByName(url) {
  if (isBuiltinURL(url)) return 'builtin';
  if (url.startsWith('data:')) return DATA_URL.test(url) ? (parseData(url).format ?? null) : null;
  if (!url.startsWith('file:')) return null;
  const filename = fileURLToPath(url);
  if (isAmbiguous(filename)) return null;
  return formatOf(filename) ?? null;
}

/** For a file that may be either: whether it is no CommonJS, but an ES module. */
function hasModuleSyntax(source, filename) {
  // Without any of these words there is nothing that CommonJS could not have.
  if (!/\b(?:import|export|await)\b/.test(source)) return false;
  let text = stripShebang(source);
  if (filename.endsWith('.ts')) text = require('modules/typescript').stripTypes(text, filename);
  try {
    compileWrapper(text, filename);
    return false;
  } catch {
    return looksLikeModule(text, filename);
  }
}

/**
 * Node's own load step.
 * @param {string} url
 * @param {{format?: string|null, importAttributes?: object}} context
 * @param {boolean} asBytes whether files are wanted as Buffers, as hooks get them
 * @returns {{format: string, responseURL: string, source: string|Buffer|null}}
 */
function defaultLoad(url, { format, importAttributes }, asBytes = false) {
  if (isBuiltinURL(url)) return { format: 'builtin', responseURL: url, source: null };
  const protocol = /^[^:]*:/.exec(url)?.[0];
  if (!PROTOCOLS.has(protocol)) {
    const { URL } = require('url/url');
    throw new codes.ERR_UNSUPPORTED_ESM_URL_SCHEME(new URL(url), ['file', 'data', 'node']);
  }
  if (protocol === 'data:') {
    const data = parseData(url);
    format ??= data.format;
    checkAttributes(url, format, importAttributes, data.mime);
    const bytes = data.bytes();
    return { format, responseURL: url, source: asBytes || format === 'wasm' ? bytes : bytes.toString() };
  }
  const filename = fileURLToPath(url);
  const byName = formatOf(filename);
  if (format == null && byName === undefined) throw unknownExtension(filename);
  const mayBeEither = format == null && isAmbiguous(filename);
  format ??= byName;
  if (format === 'wasm' || format === 'addon') {
    checkAttributes(url, format, importAttributes);
    const source = format === 'addon' ? null : require('fs/fs').readFileSync(filename);
    return { format, responseURL: url, source };
  }
  const source = readText(filename);
  if (mayBeEither && format.startsWith('commonjs') && hasModuleSyntax(source, filename))
    format = format.replace('commonjs', 'module');
  checkAttributes(url, format, importAttributes);
  return { format, responseURL: url, source: asBytes ? require('fs/fs').readFileSync(filename) : source };
}

/** Directories are told from files whose extension nobody knows. */
function unknownExtension(filename) {
  const { statKind } = binding('modules');
  if (statKind(filename) === 1) return new codes.ERR_UNSUPPORTED_DIR_IMPORT(filename, undefined, undefined);
  return new codes.ERR_UNKNOWN_FILE_EXTENSION(path.extname(filename), filename);
}

module.exports = { checkAttributes, defaultLoad, formatByName };
