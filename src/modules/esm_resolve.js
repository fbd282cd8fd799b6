// Resolution of ES module specifiers: https://nodejs.org/api/esm.html#resolution-algorithm-specification
'use strict';

const { codes } = require('errors/errors');
const { URL, fileURLToPath, pathToFileURL } = require('url/url');
const { builtinId } = require('modules/cjs');
const { packageScope, readPackage } = require('modules/package_json');
const { quietly, resolveExports, resolveImports } = require('modules/package_targets');
const { getOptionValue } = require('cli/options');
const { resolve: resolvePath } = require('path/path');

const { statKind, realPath } = binding('modules');

let conditions;

/** Conditions of `import`. */
function importConditions() {
  return (conditions ??= new Set(['node', 'import', 'module-sync', 'node-addons', ...getOptionValue('--conditions')]));
}

const isRelative = (specifier) =>
  specifier[0] === '/' ||
  specifier.startsWith('./') ||
  specifier.startsWith('../') ||
  specifier === '.' ||
  specifier === '..';
const ENCODED_SEPARATOR = /%2f|%5c/i;
const PACKAGE_NAME = /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/s;

function baseName(base) {
  return base?.startsWith('file:') ? fileURLToPath(base) : (base ?? 'undefined');
}

/** The URL of a file that must exist; symbolic links are followed. */
function finish(url, base, preserve) {
  if (ENCODED_SEPARATOR.test(url.pathname)) {
    throw new codes.ERR_INVALID_MODULE_SPECIFIER(
      url.pathname,
      'must not include encoded "/" or "\\" characters',
      baseName(base),
    );
  }
  const path = fileURLToPath(url);
  const kind = statKind(path.endsWith('/') ? path.slice(0, -1) || '/' : path);
  if (kind === 1) throw new codes.ERR_UNSUPPORTED_DIR_IMPORT(path, baseName(base), String(url));
  if (kind !== 0) throw new codes.ERR_MODULE_NOT_FOUND(path, base && baseName(base), String(url));
  if (preserve) return url.href;
  const real = realPath(path);
  if (real === path) return url.href;
  const resolved = pathToFileURL(real + (path.endsWith('/') ? '/' : ''));
  resolved.search = url.search;
  resolved.hash = url.hash;
  return resolved.href;
}

function resolvePackage(specifier, base, wanted) {
  if (builtinId(specifier) !== undefined && !specifier.startsWith('node:')) return `node:${specifier}`;
  const match = PACKAGE_NAME.exec(specifier);
  if (match === null)
    throw new codes.ERR_INVALID_MODULE_SPECIFIER(specifier, 'is not a valid package name', baseName(base));
  const [, name, rest = ''] = match;
  const subpath = `.${rest}`;
  const from = fileURLToPath(base);
  const self = packageScope(from);
  if (self?.exports !== undefined && self.name === name)
    return pathToFileURL(resolveExports(self, subpath, wanted, from)).href;

  for (let folder = from; ;) {
    const at = folder.lastIndexOf('/');
    if (at < 0) break;
    folder = folder.slice(0, at);
    if (folder.endsWith('/node_modules')) continue;
    const packageFolder = `${folder}/node_modules/${name}`;
    if (statKind(packageFolder) !== 1) continue;
    const config = readPackage(`${packageFolder}/package.json`, `"${specifier}" from ${from}`);
    if (config?.exports !== undefined) return pathToFileURL(resolveExports(config, subpath, wanted, from)).href;
    if (subpath !== '.') return new URL(subpath, pathToFileURL(`${packageFolder}/`)).href;
    return legacyMain(packageFolder, config, base);
  }
  throw new codes.ERR_MODULE_NOT_FOUND(name, from, null);
}

/** "main" with the guesses of CommonJS, which are deprecated. */
function legacyMain(folder, config, base) {
  const candidates = [];
  if (config?.main !== undefined) {
    for (const ending of ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'])
      candidates.push(resolvePath(folder, `${config.main}${ending}`));
  }
  for (const ending of ['index.js', 'index.json', 'index.node']) candidates.push(`${folder}/${ending}`);
  for (const [i, candidate] of candidates.entries()) {
    if (statKind(candidate) !== 0) continue;
    if (i > 0 || !config?.main) warnOfMain(folder, config, candidate, base);
    return pathToFileURL(candidate).href;
  }
  throw new codes.ERR_MODULE_NOT_FOUND(folder, baseName(base), null);
}

/** DEP0151, for ES modules only. */
function warnOfMain(folder, config, file, base) {
  const { formatOf } = require('modules/cjs');
  if (formatOf(file) !== 'module') return;
  const found = file.slice(folder.length + 1);
  const from = `imported from ${baseName(base)}.`;
  const message = config?.main
    ? `Package ${folder}/ has a "main" field set to ${JSON.stringify(config.main)}, excluding the full filename and extension to the resolved file at "${found}", ${from}\n Automatic extension resolution of the "main" field is deprecated for ES modules.`
    : `No "main" or "exports" field defined in the package.json for ${folder}/ resolving the main entry point "${found}", ${from}\nDefault "index" lookups for the main are deprecated for ES modules.`;
  process.emitWarning(message, 'DeprecationWarning', 'DEP0151');
}

/**
 * The URL that `specifier` stands for in the module `base`.
 * @param {string} specifier
 * @param {string|undefined} base URL of the module that asks
 * @param {Set<string>} [wanted] conditions
 * @param {boolean} [isMain]
 * @param {boolean} [foreign] whether URLs of unknown schemes go through: load hooks may know them
 * @returns {string}
 */
function resolve(specifier, base, wanted = importConditions(), isMain = false, foreign = false) {
  let url;
  if (isRelative(specifier)) {
    url = URL.parse(specifier, base);
    if (url === null) throw new codes.ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, base);
  } else if (specifier[0] === '#') {
    const from = fileURLToPath(base);
    const found = resolveImports(specifier, packageScope(from), wanted, from, (bare) => resolve(bare, base, wanted));
    url = new URL(found[0] === '/' ? pathToFileURL(found) : found);
  } else {
    url = URL.parse(specifier);
    if (url === null) {
      if (builtinId(specifier) !== undefined) return `node:${specifier}`;
      if (base?.startsWith('data:')) throw new codes.ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, base);
      if (base?.startsWith('http')) throw new codes.ERR_INVALID_URL(base);
      if (base !== undefined && !base.startsWith('file:'))
        throw new codes.ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, base);
      url = new URL(resolvePackage(specifier, base, wanted));
    }
  }
  if (url.protocol === 'node:' || url.protocol === 'vireo:') {
    if (builtinId(url.href) === undefined) throw new codes.ERR_UNKNOWN_BUILTIN_MODULE(url.href);
    return url.href;
  }
  if (url.protocol !== 'file:') {
    if (url.protocol !== 'data:' && !foreign)
      throw new codes.ERR_UNSUPPORTED_ESM_URL_SCHEME(url, ['file', 'data', 'node']);
    return url.href;
  }
  if (url.hostname !== '') {
    const error = new codes.ERR_INVALID_FILE_URL_HOST(process.platform);
    error.input = url.href;
    error.module = base;
    throw error;
  }
  try {
    return finish(url, base, getOptionValue(isMain ? '--preserve-symlinks-main' : '--preserve-symlinks'));
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_UNSUPPORTED_DIR_IMPORT')
      addHint(error, specifier, base);
    throw error;
  }
}

/** "Did you mean": what require() would have found. */
function addHint(error, specifier, base) {
  if (base === undefined || !base.startsWith('file:')) return;
  try {
    const { Module } = require('modules/cjs');
    const found = quietly(() =>
      Module.createRequire(base).resolve(specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier),
    );
    let hint = found;
    const folder = require('path/path').dirname(fileURLToPath(base));
    if (isRelative(specifier)) {
      hint = require('path/path').relative(folder, found);
      if (!hint.startsWith('../')) hint = `./${hint}`;
    } else {
      const at = found.lastIndexOf('/node_modules/');
      if (at >= 0) hint = found.slice(at + 14);
    }
    error.stack; // the hint belongs into the message, not into the stack's first line twice
    error.message += `\nDid you mean to import ${JSON.stringify(hint)}?`;
  } catch {
    // There is nothing to suggest.
  }
}

module.exports = { importConditions, resolve };
