// node:module: https://nodejs.org/api/module.html
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateOneOf, validateString } = require('errors/validators');
const { Module } = require('modules/cjs');
const path = require('path/path');

/** Path of the package.json that `specifier`, seen from `base`, belongs to; undefined when there is none. */
Module.findPackageJSON = function findPackageJSON(specifier, base = 'data:') {
  const { URL, fileURLToPath } = require('url/url');
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('specifier');
  if (!(specifier instanceof URL)) validateString(specifier, 'specifier');
  const { packageScope, readPackage } = require('modules/package_json');
  const text = `${specifier}`;
  const from = base instanceof URL || `${base}`.startsWith('file:') ? fileURLToPath(base) : `${base}`;
  if (text.startsWith('file:')) return packageScope(fileURLToPath(text))?.path;
  if (path.isAbsolute(text)) return packageScope(text.endsWith('/') ? `${text}x` : text)?.path;
  if (text.startsWith('./') || text.startsWith('../') || text === '.' || text === '..')
    return packageScope(path.resolve(path.dirname(from), text, 'x'))?.path;
  // A bare name: the root of that package.
  const name = text.split('/', text[0] === '@' ? 2 : 1).join('/');
  for (const folder of Module._nodeModulePaths(path.dirname(from))) {
    const file = `${folder}/${name}/package.json`;
    if (readPackage(file) !== null) return file;
  }
  throw new codes.ERR_MODULE_NOT_FOUND(name, from, null);
};

/** TypeScript without its types; `mode`: 'strip' or 'transform'. */
Module.stripTypeScriptTypes = function stripTypeScriptTypes(code, options = {}) {
  require('util/internal').emitExperimentalWarning('stripTypeScriptTypes');
  validateString(code, 'code');
  validateObject(options, 'options');
  const { mode = 'strip', sourceUrl = '', sourceMap = false } = options;
  validateOneOf(mode, 'options.mode', ['strip', 'transform']);
  if (mode === 'strip') validateOneOf(sourceMap, 'options.sourceMap', [false, undefined]);
  const { transform } = require('modules/typescript');
  const result = transform(code, sourceUrl, mode === 'strip' ? 'strip-only' : 'transform', sourceMap);
  return sourceUrl ? `${result.code}\n\n//# sourceURL=${sourceUrl}` : result.code;
};

Module.register = function register(specifier, parentURL = undefined, options = undefined) {
  return require('modules/loader_chain').register(specifier, parentURL, options);
};
Module.registerHooks = require('modules/hooks').registerHooks;

Module.syncBuiltinESMExports = function syncBuiltinESMExports() {
  require('modules/esm').syncBuiltinExports();
};

Module.findSourceMap = function findSourceMap(path) {
  return require('modules/source_map_cache').findSourceMap(path);
};
Module.getSourceMapsSupport = function getSourceMapsSupport() {
  return require('modules/source_map_cache').getSourceMapsSupport();
};
Module.setSourceMapsSupport = function setSourceMapsSupport(enabled, options = {}) {
  require('modules/source_map_cache').setSourceMapsSupport(enabled, options);
};
Module.SourceMap = require('modules/source_map').SourceMap;
Module.enableCompileCache = function enableCompileCache(options) {
  return require('modules/compile_cache').enableCompileCache(options);
};
Module.getCompileCacheDir = function getCompileCacheDir() {
  return require('modules/compile_cache').getCompileCacheDir();
};
Module.flushCompileCache = function flushCompileCache() {
  require('modules/compile_cache').flush(true);
};
Module.constants = Object.freeze({
  __proto__: null,
  compileCacheStatus: Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }),
});

module.exports = Module;
