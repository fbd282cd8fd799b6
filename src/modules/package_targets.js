// The "exports" and "imports" maps of packages: https://nodejs.org/api/esm.html#resolution-algorithm-specification
// Shared by require() and import, which differ in the conditions they ask for.
'use strict';

const { codes } = require('errors/errors');

const INVALID_SEGMENT =
  /(^|\\|\/)((\.|%2e)(\.|%2e)?|(n|%6e|%4e)(o|%6f|%4f)(d|%64|%44)(e|%65|%45)(_|%5f)(m|%6d|%4d)(o|%6f|%4f)(d|%64|%44)(u|%75|%55)(l|%6c|%4c)(e|%65|%45)(s|%73|%53))(\\|\/|$)/i;

const isConditionalSugar = (exports, config, base) => {
  if (typeof exports === 'string' || Array.isArray(exports)) return true;
  if (typeof exports !== 'object' || exports === null) return false;
  let sugar = false;
  let first = true;
  for (const key of Object.keys(exports)) {
    const isCondition = key === '' || key[0] !== '.';
    if (first) {
      sugar = isCondition;
      first = false;
    } else if (sugar !== isCondition) {
      throw new codes.ERR_INVALID_PACKAGE_CONFIG(
        config.path,
        base,
        '"exports" cannot contain some keys starting with \'.\' and some not. The exports object must either be an object of package subpath keys or an object of main entry condition name keys only.',
      );
    }
  }
  return sugar;
};

/** Order of pattern keys: longest prefix first. */
function comparePatterns(a, b) {
  const starA = a.indexOf('*');
  const starB = b.indexOf('*');
  const lengthA = starA === -1 ? a.length : starA + 1;
  const lengthB = starB === -1 ? b.length : starB + 1;
  if (lengthA !== lengthB) return lengthB - lengthA;
  if (starA === -1) return 1;
  if (starB === -1) return -1;
  return b.length - a.length;
}

/** The pattern key of `map` that fits `subpath` best, and what its star stands for. */
function matchPattern(map, subpath) {
  let best;
  let bestPart;
  for (const key of Object.keys(map)) {
    const star = key.indexOf('*');
    if (star === -1 || !subpath.startsWith(key.slice(0, star)) || key.lastIndexOf('*') !== star) continue;
    const trailer = key.slice(star + 1);
    if (subpath.length < key.length || !subpath.endsWith(trailer)) continue;
    if (best !== undefined && comparePatterns(best, key) <= 0) continue;
    best = key;
    bestPart = subpath.slice(star, subpath.length - trailer.length);
  }
  return best === undefined ? undefined : { key: best, part: bestPart };
}

let isQuiet = false;

/** Calls `fn` without warnings: it looks for something nobody asked for. */
function quietly(fn) {
  const before = isQuiet;
  isQuiet = true;
  try {
    return fn();
  } finally {
    isQuiet = before;
  }
}

const EMPTY_SEGMENT = /^[/\\]|[/\\]{2}|[/\\]$/;

/** Where warnings of pending deprecations go; they say which package is meant. */
function warnOfPackage({ config, isImport, base }, message, code, rest = '') {
  if (isQuiet) return;
  const { getOptionValue } = require('cli/options');
  if (
    process.noDeprecation ||
    !(getOptionValue('--pending-deprecation') || process.env.NODE_PENDING_DEPRECATION === '1')
  )
    return;
  const field = isImport ? 'imports' : 'exports';
  const from = base === undefined ? '' : ` imported from ${base}`;
  const place = `in the "${field}" field module resolution of the package at ${config.path}${from}.${rest}`;
  process.emitWarning(`${message} ${place}`, 'DeprecationWarning', code);
}

/** DEP0166: empty segments. */
function warnOfSegments(target, context) {
  const { key, part, isPattern } = context;
  const resolved = isPattern ? target.replaceAll('*', () => part) : target;
  const request = isPattern ? key.replace('*', () => part) : key;
  const isDouble = /[/\\]{2}/.test(resolved) || /[/\\]{2}/.test(request);
  const what = isDouble ? 'double slash' : 'leading or trailing slash matching';
  const matched = request === key ? '' : ` matched to "${key}"`;
  const message = `Use of deprecated ${what} resolving "${resolved}" for module request "${request}"${matched}`;
  warnOfPackage(context, message, 'DEP0166');
}

const warnedSlashes = new Set();

/** DEP0155: a pattern that is asked with a slash at its end. */
function warnOfTrailingSlash(subpath, context) {
  const mark = `${context.config.path}|${subpath}`;
  if (warnedSlashes.has(mark)) return;
  warnedSlashes.add(mark);
  const message = `Use of deprecated trailing slash pattern mapping "${subpath}"`;
  warnOfPackage(context, message, 'DEP0155', ' Mapping specifiers ending in "/" is no longer supported.');
}

/**
 * What a target stands for: a file path, `null` (explicitly none), or undefined (no condition fits).
 * `resolvePackage(specifier)` resolves bare targets of "imports".
 */
function resolveTarget(target, context) {
  const { config, key, part, isPattern, isImport, conditions, base, resolvePackage } = context;
  if (typeof target === 'string') {
    const invalid = () => new codes.ERR_INVALID_PACKAGE_TARGET(config.folder, key, target, isImport, base);
    if (part !== '' && !isPattern && !target.endsWith('/')) throw invalid();
    if (!target.startsWith('./')) {
      if (isImport && !target.startsWith('../') && !target.startsWith('/') && !URL_LIKE.test(target)) {
        const specifier = isPattern ? target.replaceAll('*', () => part) : target + part;
        return resolvePackage(specifier);
      }
      if (isImport && target.startsWith('node:')) return resolvePackage(target);
      throw invalid();
    }
    if (INVALID_SEGMENT.test(target.slice(2))) throw invalid();
    const path = config.folder + target.slice(2);
    if (EMPTY_SEGMENT.test(target.slice(2)) || (part !== '' && part !== '/' && EMPTY_SEGMENT.test(part)))
      warnOfSegments(target, context);
    if (part === '') return decode(path, base);
    if (INVALID_SEGMENT.test(part)) {
      const request = isPattern ? key.replace('*', () => part) : key + part;
      throw new codes.ERR_INVALID_MODULE_SPECIFIER(
        request,
        `request is not a valid match in pattern "${key}" for the "${isImport ? 'imports' : 'exports'}" resolution of ${config.path}`,
        base,
      );
    }
    return decode(isPattern ? path.replaceAll('*', () => part) : path + part, base);
  }
  if (Array.isArray(target)) {
    if (target.length === 0) return null;
    let lastError;
    for (const item of target) {
      let resolved;
      try {
        resolved = resolveTarget(item, context);
      } catch (error) {
        lastError = error;
        if (error.code !== 'ERR_INVALID_PACKAGE_TARGET') throw error;
        continue;
      }
      if (resolved === undefined) continue;
      if (resolved === null) {
        lastError = null;
        continue;
      }
      return resolved;
    }
    if (lastError == null) return lastError;
    throw lastError;
  }
  if (typeof target === 'object' && target !== null) {
    for (const condition of Object.keys(target)) {
      if (/^(0|[1-9]\d*)$/.test(condition))
        throw new codes.ERR_INVALID_PACKAGE_CONFIG(
          config.path,
          base,
          '"exports" cannot contain numeric property keys.',
        );
    }
    for (const condition of Object.keys(target)) {
      if (condition !== 'default' && !conditions.has(condition)) continue;
      const resolved = resolveTarget(target[condition], context);
      if (resolved !== undefined) return resolved;
    }
    return undefined;
  }
  if (target === null) return null;
  throw new codes.ERR_INVALID_PACKAGE_TARGET(config.folder, key, target, isImport, base);
}

const URL_LIKE = /^[a-z][a-z0-9+.-]*:/i;

/** Targets are URLs: "%20" in them is a space in the file's name. */
function decode(path, base) {
  if (!path.includes('%')) return path;
  const { pathToFileURL, fileURLToPath } = require('url/url');
  const url = pathToFileURL('/');
  url.pathname = path;
  if (/%2f|%5c/i.test(url.pathname)) {
    throw new codes.ERR_INVALID_MODULE_SPECIFIER(url.pathname, 'must not include encoded "/" or "\\" characters', base);
  }
  return fileURLToPath(url);
}

/**
 * Resolves `subpath` ("." or "./x") through the "exports" of a package.
 * @param {import('modules/package_json').PackageConfig} config
 * @param {string} subpath
 * @param {Set<string>} conditions
 * @param {string|undefined} base who asks, for messages
 * @returns {string} a file path
 */
function resolveExports(config, subpath, conditions, base) {
  let { exports } = config;
  if (isConditionalSugar(exports, config, base)) exports = { '.': exports };
  const context = {
    config,
    key: subpath,
    part: '',
    isPattern: false,
    isImport: false,
    conditions,
    base,
    resolvePackage: undefined,
  };
  if (Object.hasOwn(exports, subpath) && !subpath.includes('*') && !subpath.endsWith('/')) {
    const resolved = resolveTarget(exports[subpath], context);
    if (resolved != null) return resolved;
    throw new codes.ERR_PACKAGE_PATH_NOT_EXPORTED(config.folder, subpath, base);
  }
  const match = matchPattern(exports, subpath);
  if (match !== undefined) {
    if (subpath.endsWith('/')) warnOfTrailingSlash(subpath, context);
    const resolved = resolveTarget(exports[match.key], {
      ...context,
      key: match.key,
      part: match.part,
      isPattern: true,
    });
    if (resolved != null) return resolved;
  }
  throw new codes.ERR_PACKAGE_PATH_NOT_EXPORTED(config.folder, subpath, base);
}

/**
 * Resolves `#name` through the "imports" of the package `config` (null: outside of any).
 * @returns {string} a file path, or whatever `resolvePackage` gives for bare targets
 */
function resolveImports(name, config, conditions, base, resolvePackage) {
  if (name === '#' || name.endsWith('/')) {
    throw new codes.ERR_INVALID_MODULE_SPECIFIER(name, 'is not a valid internal imports specifier name', base);
  }
  if (config?.imports) {
    const context = { config, key: name, part: '', isPattern: false, isImport: true, conditions, base, resolvePackage };
    if (Object.hasOwn(config.imports, name) && !name.includes('*')) {
      const resolved = resolveTarget(config.imports[name], context);
      if (resolved != null) return resolved;
    } else {
      const match = matchPattern(config.imports, name);
      if (match !== undefined) {
        const resolved = resolveTarget(config.imports[match.key], {
          ...context,
          key: match.key,
          part: match.part,
          isPattern: true,
        });
        if (resolved != null) return resolved;
      }
    }
  }
  throw new codes.ERR_PACKAGE_IMPORT_NOT_DEFINED(name, config?.folder, base);
}

module.exports = { quietly, resolveExports, resolveImports };
