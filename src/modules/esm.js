// ES modules: loading, linking, evaluation, `import()`, `import.meta`, and require() of them.
// https://nodejs.org/api/esm.html
'use strict';

const { codes } = require('errors/errors');
const { fileURLToPath, pathToFileURL } = require('url/url');
const {
  Module,
  compileWrapper,
  formatOf,
  isAmbiguous,
  loadBuiltin,
  looksLikeModule,
  stripShebang,
} = require('modules/cjs');
const { importConditions, resolve } = require('modules/esm_resolve');
const { getOptionValue } = require('cli/options');
const path = require('path/path');

const native = binding('module_wrap');
const { readText } = binding('modules');

const kInstantiated = 2;
const kEvaluating = 3;
const kEvaluated = 4;
const kErrored = 5;

/**
 * One loaded module.
 * @typedef {object} Job
 * @property {string} url
 * @property {string} format
 * @property {object} wrap native ModuleWrap
 * @property {Promise<void>|undefined} evaluation
 */

/** "url" or "url\0json" -> Job. */
const jobs = new Map();
/** ModuleWrap -> Job. */
const jobOf = new WeakMap();
/** Symbol of a module or script -> the URL that `import()` inside it is relative to, or a function that imports. */
const referrers = new WeakMap();
let mainUrl;

let isReady = false;

function ready() {
  native.setCallbacks(importDynamically, initializeMeta);
  isReady = true;
}

/** A symbol for V8's host options; code compiled with it imports relative to `url`, or through `importer`. */
function hostSymbolFor(url, importer = undefined) {
  if (!isReady) ready();
  const symbol = Symbol(url);
  referrers.set(symbol, importer ?? url);
  return symbol;
}

function importDynamically(symbol, specifier, attributes, resourceName) {
  let referrer = symbol === undefined ? undefined : referrers.get(symbol);
  if (typeof referrer === 'function') return referrer(specifier, attributes);
  if (referrer === undefined) {
    if (typeof resourceName !== 'string') return Promise.reject(new codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING());
    referrer = path.isAbsolute(resourceName) ? pathToFileURL(resourceName).href : resourceName;
  }
  return importFrom(specifier, referrer, attributes);
}

function initializeMeta(wrap, meta) {
  const job = jobOf.get(wrap);
  if (job === undefined) {
    wrapMeta.get(wrap)?.(meta);
    return;
  }
  const { url } = job;
  if (url.startsWith('file:')) {
    meta.dirname = path.dirname(fileURLToPath(url));
    meta.filename = fileURLToPath(url);
  }
  meta.main = url === mainUrl;
  meta.resolve = function resolveFrom(specifier, parent = undefined) {
    if (parent !== undefined && !getOptionValue('--experimental-import-meta-resolve')) parent = undefined;
    try {
      return resolve(`${specifier}`, parent ?? url);
    } catch (error) {
      if (error.code === 'ERR_UNSUPPORTED_DIR_IMPORT' && error.url) return error.url;
      if (error.code === 'ERR_MODULE_NOT_FOUND' && error.url) return error.url;
      throw error;
    }
  };
  Object.defineProperty(meta.resolve, 'name', { __proto__: null, value: 'resolve' });
  meta.url = url;
}

/** For vm.SourceTextModule: ModuleWrap -> function(meta). */
const wrapMeta = new WeakMap();

// --- loading ------------------------------------------------------------------------------------------------------------

const IMPORT_TYPES = new Set(['json', 'text', 'bytes']);

/** Checks import attributes against a format; the module type they ask for ('' for none). */
function checkAttributes(url, format, attributes) {
  const { type } = attributes ?? {};
  for (const key of Object.keys(attributes ?? {})) {
    if (key !== 'type') throw new codes.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED(key, attributes[key], '');
  }
  if (format === 'json') {
    if (type === undefined) throw new codes.ERR_IMPORT_ATTRIBUTE_MISSING(url, 'type', 'json');
    if (type !== 'json') throw new codes.ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, type);
    return;
  }
  if (type === undefined) return;
  if (!IMPORT_TYPES.has(type)) throw new codes.ERR_IMPORT_ATTRIBUTE_UNSUPPORTED('type', type, '');
  throw new codes.ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, type);
}

/** The Job of a URL, loaded if it is not yet; its imports are loaded and linked, too. */
function getJob(url, attributes = undefined) {
  const key = attributes?.type ? `${url}\0${attributes.type}` : url;
  const known = jobs.get(key);
  if (known !== undefined) return known;
  const job = { url, format: '', wrap: undefined, evaluation: undefined, linkError: undefined };
  const { format, source } = load(url);
  checkAttributes(url, format, attributes);
  job.format = format;
  jobs.set(key, job);
  try {
    job.wrap = translate(url, format, source);
    jobOf.set(job.wrap, job);
    linkRequests(job);
  } catch (error) {
    jobs.delete(key);
    throw error;
  }
  return job;
}

function linkRequests(job) {
  if (job.wrap === undefined) return;
  const requests = job.wrap.requests();
  if (requests.length === 0) return;
  const targets = requests.map(([specifier, attributes]) => getJob(resolve(specifier, job.url), attributes).wrap);
  job.wrap.link(targets);
}

/** {format, source} of a URL. */
function load(url) {
  if (url.startsWith('node:')) return { format: 'builtin', source: undefined };
  if (url.startsWith('data:')) return loadData(url);
  const filename = fileURLToPath(url);
  const format = formatOf(filename);
  if (format === undefined) throw new codes.ERR_UNKNOWN_FILE_EXTENSION(path.extname(filename), filename);
  if (format === 'wasm' || format === 'addon') return { format, source: undefined };
  const source = readText(filename);
  if (format === 'commonjs' && isAmbiguous(filename) && hasModuleSyntax(source, filename))
    return { format: 'module', source };
  return { format, source };
}

/** For a file that may be either: whether it is no CommonJS, but an ES module. */
function hasModuleSyntax(source, filename) {
  // Without any of these words there is nothing that CommonJS could not have.
  if (!/\b(?:import|export|await)\b/.test(source)) return false;
  try {
    compileWrapper(stripShebang(source), filename);
    return false;
  } catch {
    return looksLikeModule(stripShebang(source), filename);
  }
}

const DATA_URL = /^data:([^/]+\/[^;,]+)?([^,]*?)(;base64)?,([\s\S]*)$/;

function loadData(url) {
  const match = DATA_URL.exec(url.replace(/#.*$/s, ''));
  if (match === null) throw new codes.ERR_INVALID_URL(url);
  const [, mime, , base64, body] = match;
  const format = { 'text/javascript': 'module', 'application/json': 'json', 'application/wasm': 'wasm' }[mime];
  if (format === undefined) throw new codes.ERR_UNKNOWN_MODULE_FORMAT(mime ?? '', url);
  const { Buffer } = require('buffer/buffer');
  return { format, source: Buffer.from(decodeURIComponent(body), base64 ? 'base64' : 'utf8').toString() };
}

/** A native module of what was loaded. */
function translate(url, format, source) {
  switch (format) {
    case 'builtin':
      return builtinModule(url);
    case 'json':
      return jsonModule(url, source);
    case 'commonjs':
    case 'commonjs-typescript':
      return commonJSModule(url);
    case 'module-typescript':
      return compile(require('modules/typescript').stripTypes(source, fileURLToPath(url)), url);
    case 'module':
      return compile(source, url);
    case 'wasm':
      throw new codes.ERR_METHOD_NOT_IMPLEMENTED('import of WebAssembly modules');
    default:
      throw new codes.ERR_UNKNOWN_MODULE_FORMAT(format, url);
  }
}

function compile(source, url) {
  const symbol = hostSymbolFor(url);
  return native.compile(stripShebang(source), url, symbol);
}

/** Names of builtins' exports; `syncBuiltinESMExports` sets them anew. */
const builtinWraps = new Map();

function builtinModule(url) {
  const exports = loadBuiltin(url);
  const names =
    exports !== null && (typeof exports === 'object' || typeof exports === 'function')
      ? Object.keys(exports).filter((name) => name !== 'default')
      : [];
  const wrap = native.synthetic(url, [...names, 'default'], (self) => {
    for (const name of names) self.setExport(name, readExport(exports, name));
    self.setExport('default', exports);
  });
  builtinWraps.set(url, { wrap, names, exports });
  return wrap;
}

function readExport(exports, name) {
  try {
    return exports[name];
  } catch {
    return undefined;
  }
}

/** module.syncBuiltinESMExports(): live bindings of builtins follow what was patched. */
function syncBuiltinExports() {
  for (const { wrap, names, exports } of builtinWraps.values()) {
    if (wrap.getStatus() < kEvaluated) continue;
    for (const name of names) wrap.setExport(name, readExport(exports, name));
  }
}

function jsonModule(url, source) {
  let value;
  const file = url.startsWith('file:') ? fileURLToPath(url) : undefined;
  const cached = file !== undefined ? Module._cache[file] : undefined;
  if (cached?.loaded) {
    value = cached.exports;
  } else {
    try {
      value = JSON.parse(source);
    } catch (error) {
      error.message = `${url}: ${error.message}`;
      throw error;
    }
  }
  return native.synthetic(url, ['default'], (self) => self.setExport('default', value));
}

// --- CommonJS as modules ------------------------------------------------------------------------------------------------

let lexer;
/** filename -> {names, loading} */
const lexed = new Map();

/** Names that a CommonJS module exports, as far as its text tells. */
function exportNames(filename, source) {
  const known = lexed.get(filename);
  if (known !== undefined) return known;
  const names = new Set();
  lexed.set(filename, names);
  if (lexer === undefined) {
    lexer = require('deps/cjs-module-lexer');
    lexer.initSync?.();
    lexer.init?.();
  }
  let found;
  try {
    found = lexer.parse(source ?? textOf(filename));
  } catch {
    return names;
  }
  for (const name of found.exports) names.add(name);
  const from = new Module(filename, undefined);
  from.filename = filename;
  from.paths = Module._nodeModulePaths(path.dirname(filename));
  for (const request of found.reexports) {
    let target;
    try {
      target = Module._resolveFilename(request, from, false);
    } catch {
      continue;
    }
    if (!path.isAbsolute(target) || !/\.(c?[jt]s)$|\/[^.]+$/.test(target)) continue;
    for (const name of exportNames(target)) names.add(name);
  }
  return names;
}

function textOf(filename) {
  const source = readText(filename);
  return /\.c?ts$/.test(filename) ? require('modules/typescript').stripTypes(source, filename) : source;
}

function commonJSModule(url) {
  const filename = fileURLToPath(url);
  const cached = Module._cache[filename];
  const names = cached?.loaded ? new Set() : new Set(exportNames(filename));
  if (
    cached?.loaded &&
    cached.exports !== null &&
    (typeof cached.exports === 'object' || typeof cached.exports === 'function')
  ) {
    for (const name of Object.keys(cached.exports)) names.add(name);
  }
  names.delete('default');
  names.delete('module.exports');
  const list = [...names].filter((name) => name.isWellFormed());
  return native.synthetic(url, [...list, 'default', 'module.exports'], (self) => {
    const exports = Module._load(filename, undefined, url === mainUrl);
    const isObject = exports !== null && (typeof exports === 'object' || typeof exports === 'function');
    for (const name of list) {
      if (!isObject || !Object.hasOwn(exports, name)) continue;
      self.setExport(name, readExport(exports, name));
    }
    self.setExport('default', exports);
    self.setExport('module.exports', exports);
  });
}

// --- evaluation ---------------------------------------------------------------------------------------------------------

/** Instantiates, with messages that name what was not exported. */
function instantiate(job) {
  if (job.wrap.getStatus() >= kInstantiated) return;
  try {
    job.wrap.instantiate();
  } catch (error) {
    decorateLinkError(error);
    throw error;
  }
}

/** "does not provide an export named": tells how to import from CommonJS. */
function decorateLinkError(error) {
  if (!(error instanceof SyntaxError)) return;
  const match = /The requested module '(.*)' does not provide an export named '(.*)'/s.exec(error.message);
  if (match === null) return;
  const [, specifier, name] = match;
  for (const each of jobs.values()) {
    let target;
    try {
      target = jobs.get(resolve(specifier, each.url));
    } catch {
      continue;
    }
    if (target?.format !== 'commonjs') continue;
    error.message =
      `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.\n` +
      'CommonJS modules can always be imported via the default export, for example using:\n\n' +
      `import pkg from '${specifier}';\n`;
    return;
  }
}

async function evaluate(job) {
  instantiate(job);
  // A module that another one has evaluated has a promise of its own, too: V8 gives it.
  job.evaluation ??= job.wrap.evaluate();
  unsettled.add(job);
  await job.evaluation;
  unsettled.delete(job);
  return job.wrap.getNamespace();
}

const unsettled = new Set();

/** Where the top-level await stands that keeps the program from ending. */
function describeUnsettled() {
  for (const job of unsettled) {
    const places = job.wrap.stalled();
    if (places.length > 0) return places.join('');
  }
  return [...unsettled][0]?.url ?? 'unknown';
}

/**
 * `import(specifier)` as done by the module or script `base`.
 * @returns {Promise<object>} the namespace
 */
async function importFrom(specifier, base, attributes = undefined, isMain = false) {
  if (!isReady) ready();
  const url = resolve(`${specifier}`, base, undefined, isMain);
  if (isMain) mainUrl = url;
  const job = getJob(url, attributes);
  // In a microtask: a module that is being evaluated right now has come to its end, or to its first await, by then.
  await undefined;
  return evaluate(job);
}

/** Runs source text as the module `url` (--eval, stdin). */
async function evaluateString(source, url) {
  if (!isReady) ready();
  const job = { url, format: 'module', wrap: compile(source, url), evaluation: undefined };
  jobOf.set(job.wrap, job);
  mainUrl = url;
  linkRequests(job);
  return evaluate(job);
}

/** Compiles a file as an ES module without running it. */
function compileOnly(source, filename) {
  return compile(source, pathToFileURL(filename).href);
}

// --- require(esm) -------------------------------------------------------------------------------------------------------

/**
 * require() of an ES module: loads, links and evaluates it synchronously.
 * @returns {unknown} its namespace, or what it exports as 'module.exports'
 */
function requireModule(filename, parentFilename, source = undefined) {
  if (!isReady) ready();
  const url = pathToFileURL(filename).href;
  let job = jobs.get(url);
  if (job === undefined && source !== undefined) {
    job = { url, format: 'module', wrap: compile(source, url), evaluation: undefined };
    jobs.set(url, job);
    jobOf.set(job.wrap, job);
    try {
      linkRequests(job);
    } catch (error) {
      jobs.delete(url);
      throw error;
    }
  }
  job ??= getJob(url);
  const status = job.wrap.getStatus();
  if (status === kEvaluating) {
    throw new codes.ERR_REQUIRE_CYCLE_MODULE(
      `Cannot require() ES Module ${filename} in a cycle.${parentFilename ? ` (from ${parentFilename})` : ''}`,
    );
  }
  if (status === kErrored) throw job.wrap.getError();
  instantiate(job);
  if (job.wrap.isGraphAsync()) throw new codes.ERR_REQUIRE_ASYNC_MODULE(filename, parentFilename);
  job.evaluation ??= job.wrap.evaluate();
  if (job.wrap.getStatus() === kErrored) {
    job.evaluation.catch(() => {}); // thrown here
    throw job.wrap.getError();
  }
  const namespace = job.wrap.getNamespace();
  if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports'];
  if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) return namespace;
  return (job.facade ??= makeFacade(job));
}

/** Transpiled importers look for `__esModule` beside a default export. */
function makeFacade(job) {
  const url = `${job.url}#facade`;
  const wrap = compile(
    "export * from 'original'; export { default } from 'original'; export const __esModule = true;",
    url,
  );
  wrap.link([job.wrap, job.wrap]);
  wrap.instantiate();
  wrap.evaluate();
  return wrap.getNamespace();
}

module.exports = {
  compile,
  compileOnly,
  describeUnsettled,
  evaluateString,
  hostSymbolFor,
  importConditions,
  importDynamically,
  importFrom,
  initializeMeta,
  jobs,
  requireModule,
  resolve,
  syncBuiltinExports,
  wrapMeta,
};
