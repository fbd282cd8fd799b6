// From what was loaded, {format, source}, to a native module.
'use strict';

const { codes } = require('errors/errors');
const { fileURLToPath } = require('url/url');
const { Module, filenameOfURL, loadBuiltin, loadGiven, stripShebang } = require('modules/cjs');
const hooks = require('modules/hooks');
const path = require('path/path');

const native = binding('module_wrap');
const { readText } = binding('modules');

const kEvaluated = 4;

/** Names of builtins' exports; `syncBuiltinESMExports` sets them anew. */
const builtinWraps = new Map();

function readExport(exports, name) {
  try {
    return exports[name];
  } catch {
    return undefined;
  }
}

function builtinModule(url) {
  const known = builtinWraps.get(url);
  if (known !== undefined) return known.wrap;
  const exports = loadBuiltin(url);
  if (exports === undefined) throw new codes.ERR_UNKNOWN_BUILTIN_MODULE(url);
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

/** module.syncBuiltinESMExports(): live bindings of builtins follow what was patched. */
function syncBuiltinExports() {
  for (const { wrap, names, exports } of builtinWraps.values()) {
    if (wrap.getStatus() < kEvaluated) continue;
    for (const name of names) wrap.setExport(name, readExport(exports, name));
  }
}

function jsonModule(url, source) {
  let value;
  // The same file as require() knows it, unless it was asked for with a query.
  const file = url.startsWith('file:') && !/[?#]/.test(url) ? fileURLToPath(url) : undefined;
  const cached = file !== undefined ? Module._cache[file] : undefined;
  if (cached?.loaded) {
    value = cached.exports;
  } else {
    try {
      value = JSON.parse(hooks.textOf(source));
    } catch (error) {
      error.message = `${url}: ${error.message}`;
      throw error;
    }
    if (file !== undefined) {
      const module = new Module(file, undefined);
      module.filename = file;
      module.paths = Module._nodeModulePaths(path.dirname(file));
      module.exports = value;
      module.loaded = true;
      Module._cache[file] = module;
    }
  }
  return native.synthetic(url, ['default'], (self) => self.setExport('default', value));
}

// --- CommonJS as modules ------------------------------------------------------------------------------------------------

let lexer;
/** filename -> Set of names */
const lexed = new Map();

/** Names that a CommonJS module exports, as far as its text tells. */
function exportNames(filename, source = undefined) {
  const known = source === undefined ? lexed.get(filename) : undefined;
  if (known !== undefined) return known;
  const names = new Set();
  if (source === undefined) lexed.set(filename, names);
  if (lexer === undefined) {
    lexer = require('deps/cjs-module-lexer');
    lexer.initSync?.();
    lexer.init?.();
  }
  let found;
  try {
    found = lexer.parse(source ?? textOfFile(filename));
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

function textOfFile(filename) {
  return withoutTypes(readText(filename), filename);
}

function withoutTypes(source, filename) {
  return /\.c?ts$/.test(filename) ? require('modules/typescript').stripTypes(source, filename) : source;
}

/**
 * @param {string} url
 * @param {string|undefined} source as hooks gave it; undefined: the file's own
 * @param {string} format
 * @param {() => boolean} isMain
 * @param {object|undefined} importer for `require` in sources of asynchronous hooks
 */
function commonJSModule(url, source, format, isMain, importer) {
  const filename = filenameOfURL(url);
  const cached = Module._cache[filename];
  const text = source === undefined ? undefined : hooks.textOf(source);
  let names = new Set();
  if (!cached?.loaded) {
    const typed = format.endsWith('typescript') && text !== undefined;
    names = new Set(exportNames(filename, typed ? require('modules/typescript').stripTypes(text, filename) : text));
  } else if (cached.exports !== null && (typeof cached.exports === 'object' || typeof cached.exports === 'function')) {
    for (const name of Object.keys(cached.exports)) names.add(name);
  }
  names.delete('default');
  names.delete('module.exports');
  const list = [...names].filter((name) => name.isWellFormed());
  return native.synthetic(url, [...list, 'default', 'module.exports'], (self) => {
    let exports;
    if (text !== undefined)
      exports = loadGiven(filename, undefined, isMain(), { url, format, loaded: { source: text, format }, importer });
    else if (hooks.active.resolve) exports = loadGiven(filename, undefined, isMain(), { url, format });
    else exports = Module._load(filename, undefined, isMain());
    const isObject = exports !== null && (typeof exports === 'object' || typeof exports === 'function');
    for (const name of list) {
      if (!isObject || !Object.hasOwn(exports, name)) continue;
      self.setExport(name, readExport(exports, name));
    }
    self.setExport('default', exports);
    self.setExport('module.exports', exports);
  });
}

/** Native addons: what require() gives is the default export. */
function addonModule(url) {
  const { getOptionValue } = require('cli/options');
  const filename = fileURLToPath(url);
  if (!getOptionValue('--experimental-addon-modules'))
    throw new codes.ERR_UNKNOWN_FILE_EXTENSION(path.extname(filename), filename);
  require('util/internal').emitExperimentalWarning('Importing addons');
  return native.synthetic(url, ['default', 'module.exports'], (self) => {
    const exports = Module._load(filename, undefined, false);
    self.setExport('default', exports);
    self.setExport('module.exports', exports);
  });
}

/** Source text without its shebang (and types). */
function sourceText(url, source, format) {
  const text = hooks.textOf(source);
  if (!format.endsWith('typescript')) return stripShebang(text);
  return stripShebang(
    require('modules/typescript').stripTypes(text, url.startsWith('file:') ? fileURLToPath(url) : url),
  );
}

module.exports = { addonModule, builtinModule, commonJSModule, jsonModule, sourceText, syncBuiltinExports };
