// package.json files: read once, checked, found by walking up. https://nodejs.org/api/packages.html
'use strict';

const { onForget } = require('engine/lifecycle');
const { codes } = require('errors/errors');

const { readText } = binding('modules');

/**
 * @typedef {object} PackageConfig
 * @property {string} path of the package.json
 * @property {string} folder its folder, with a trailing slash
 * @property {string|undefined} name
 * @property {string|undefined} main
 * @property {'module'|'commonjs'|'none'} type
 * @property {unknown} exports
 * @property {Record<string, unknown>|undefined} imports
 * @property {object} data all of it
 */

/** path of a package.json -> PackageConfig, or null when there is none. */
const configs = new Map();
/** folder -> PackageConfig of the nearest package, or null. */
const scopes = new Map();
onForget(() => {
  configs.clear();
  scopes.clear();
});

/** Reads `path`; null when there is no such file. Throws ERR_INVALID_PACKAGE_CONFIG. */
function readPackage(path, base = undefined) {
  const known = configs.get(path);
  if (known !== undefined) return known;
  let text;
  try {
    text = readText(path);
  } catch {
    configs.set(path, null);
    return null;
  }
  let data;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const invalid = new codes.ERR_INVALID_PACKAGE_CONFIG(path, base, error.message);
    throw invalid;
  }
  if (data === null || typeof data !== 'object') data = {};
  const config = {
    path,
    folder: path.slice(0, -'package.json'.length),
    name: typeof data.name === 'string' ? data.name : undefined,
    main: typeof data.main === 'string' ? data.main : undefined,
    type: data.type === 'module' || data.type === 'commonjs' ? data.type : 'none',
    exports: data.exports ?? undefined,
    imports: data.imports !== null && typeof data.imports === 'object' ? data.imports : undefined,
    data,
  };
  configs.set(path, config);
  return config;
}

/** The package that the file `filename` belongs to; null outside of any. */
function packageScope(filename) {
  const visited = [];
  let result = null;
  let folder = filename;
  for (;;) {
    const at = folder.lastIndexOf('/');
    if (at < 0) break;
    folder = folder.slice(0, at);
    const known = scopes.get(folder);
    if (known !== undefined) {
      result = known;
      break;
    }
    visited.push(folder);
    if (folder.endsWith('/node_modules')) break;
    const config = readPackage(`${folder}/package.json`);
    if (config !== null) {
      result = config;
      break;
    }
  }
  for (const each of visited) scopes.set(each, result);
  return result;
}

module.exports = { packageScope, readPackage };
