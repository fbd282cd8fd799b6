// node:path/posix. Paths are strings of '/'-separated segments; nothing here touches the file system.
'use strict';

const { validateString } = require('errors/validators');
const { format, matchesGlob, withoutSuffix } = require('path/shared');

const SLASH = 47;
const DOT = 46;

/** Whether `path` has neither empty nor dot segments (one trailing slash is fine), so that it is normal already. */
function isNormal(path, start) {
  let segmentStart = start;
  const length = path.length;
  for (let i = start; i <= length; i++) {
    if (i !== length && path.charCodeAt(i) !== SLASH) continue;
    const size = i - segmentStart;
    if (size === 0) {
      if (i !== length) return false;
    } else if (path.charCodeAt(segmentStart) === DOT) {
      if (size === 1 || (size === 2 && path.charCodeAt(segmentStart + 1) === DOT)) return false;
    }
    segmentStart = i + 1;
  }
  return true;
}

/** Removes empty and '.' segments and resolves '..', which stays at the front of relative paths. No slash at either end. */
function collapse(path, isRelative) {
  const { length } = path;
  let result = '';
  let depth = 0; // how many segments of `result` a '..' may take back
  for (let start = 0; start < length;) {
    let end = path.indexOf('/', start);
    if (end === -1) end = length;
    const size = end - start;
    const isDot = size > 0 && size < 3 && path.charCodeAt(start) === DOT && path.charCodeAt(end - 1) === DOT;
    if (isDot && size === 2) {
      if (depth > 0) {
        depth--;
        const slash = result.lastIndexOf('/');
        result = slash === -1 ? '' : result.slice(0, slash);
      } else if (isRelative) {
        result = result === '' ? '..' : `${result}/..`;
      }
    } else if (size > 0 && !isDot) {
      depth++;
      result = result === '' ? path.slice(start, end) : `${result}/${path.slice(start, end)}`;
    }
    start = end + 1;
  }
  return result;
}

function normalizeValid(path) {
  const { length } = path;
  if (length === 0) return '.';
  const isAbsolute = path.charCodeAt(0) === SLASH;
  if (isNormal(path, isAbsolute ? 1 : 0)) return path;
  const collapsed = collapse(path, !isAbsolute);
  const trailing = path.charCodeAt(length - 1) === SLASH;
  if (collapsed === '') {
    if (isAbsolute) return '/';
    return trailing ? './' : '.';
  }
  return `${isAbsolute ? '/' : ''}${collapsed}${trailing ? '/' : ''}`;
}

/** Where the last segment ends, without trailing slashes; 0 when there is none. */
function trimmedEnd(path) {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--;
  return end;
}

/** Index of the dot that begins the extension of path.slice(start, end), or -1: `.bashrc` and `..` have none. */
function extensionStart(path, start, end) {
  const dot = path.lastIndexOf('.', end - 1);
  if (dot <= start) return -1;
  return dot === start + 1 && end === dot + 1 && path.charCodeAt(start) === DOT ? -1 : dot;
}

const posix = {
  /** Resolves a sequence of paths, right to left, against the working directory. */
  resolve(...args) {
    if (args.length === 0 || (args.length === 1 && (args[0] === '' || args[0] === '.'))) {
      const cwd = process.cwd();
      if (cwd.charCodeAt(0) === SLASH) return cwd;
    }
    let path = '';
    let isAbsolute = false;
    for (let i = args.length - 1; i >= 0 && !isAbsolute; i--) {
      const part = args[i];
      validateString(part, `paths[${i}]`);
      if (part.length === 0) continue;
      path = path === '' ? part : `${part}/${path}`;
      isAbsolute = part.charCodeAt(0) === SLASH;
    }
    if (!isAbsolute) {
      const cwd = process.cwd();
      path = path === '' ? cwd : `${cwd}/${path}`;
      isAbsolute = cwd.charCodeAt(0) === SLASH;
    }
    if (isAbsolute && isNormal(path, 1)) {
      return path.length > 1 && path.charCodeAt(path.length - 1) === SLASH ? path.slice(0, -1) : path;
    }
    const collapsed = collapse(path, !isAbsolute);
    if (isAbsolute) return `/${collapsed}`;
    return collapsed === '' ? '.' : collapsed;
  },

  normalize(path) {
    validateString(path, 'path');
    return normalizeValid(path);
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return path.length > 0 && path.charCodeAt(0) === SLASH;
  },

  join(...args) {
    let joined = '';
    for (let i = 0; i < args.length; i++) {
      const part = args[i];
      validateString(part, 'path');
      if (part.length === 0) continue;
      joined = joined === '' ? part : `${joined}/${part}`;
    }
    return normalizeValid(joined);
  },

  /** The path that leads from `from` to `to`, both resolved first. */
  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    from = posix.resolve(from);
    to = posix.resolve(to);
    if (from === to) return '';
    const shorter = Math.min(from.length, to.length);
    let common = 0; // length of the common part that ends at a segment's end
    let i = 0;
    for (; i < shorter; i++) {
      const code = from.charCodeAt(i);
      if (code !== to.charCodeAt(i)) break;
      if (code === SLASH) common = i;
    }
    if (i === shorter) {
      const longer = from.length > to.length ? from : to;
      if (longer.length > shorter && (longer.charCodeAt(shorter) === SLASH || shorter === 1)) {
        common = shorter === 1 ? 0 : shorter;
      }
    }
    let up = '';
    if (from.length > 1) {
      for (let j = common; j < from.length; j++) {
        if (from.charCodeAt(j) === SLASH) up += up === '' ? '..' : '/..';
      }
    }
    let down = common;
    if (to.charCodeAt(down) === SLASH) down++;
    const rest = to.slice(down);
    if (up === '') return rest;
    return rest === '' ? up : `${up}/${rest}`;
  },

  /** Means something on Windows only. */
  toNamespacedPath(path) {
    return path;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path.length === 0) return '.';
    const end = trimmedEnd(path);
    if (end === 0) return '/';
    const slash = path.lastIndexOf('/', end - 1);
    if (slash === -1) return '.';
    if (slash === 0) return '/';
    // Of doubled separators only one goes: '//a' has the folder '//', 'a//b' has 'a/'.
    if (slash === 1 && path.charCodeAt(0) === SLASH) return '//';
    return path.slice(0, slash);
  },

  basename(path, suffix) {
    if (suffix !== undefined) validateString(suffix, 'suffix');
    validateString(path, 'path');
    const end = trimmedEnd(path);
    if (suffix !== undefined && suffix === path) return '';
    const start = end === 0 ? 0 : path.lastIndexOf('/', end - 1) + 1;
    const base = path.slice(start, end);
    return suffix === undefined ? base : withoutSuffix(path, base, start, suffix);
  },

  extname(path) {
    validateString(path, 'path');
    const end = trimmedEnd(path);
    if (end === 0) return '';
    const dot = extensionStart(path, path.lastIndexOf('/', end - 1) + 1, end);
    return dot === -1 ? '' : path.slice(dot, end);
  },

  format: format.bind(null, '/'),

  parse(path) {
    validateString(path, 'path');
    const parsed = { root: '', dir: '', base: '', ext: '', name: '' };
    if (path.length === 0) return parsed;
    const isAbsolute = path.charCodeAt(0) === SLASH;
    if (isAbsolute) parsed.root = '/';
    const end = trimmedEnd(path);
    if (end > 0) {
      const start = path.lastIndexOf('/', end - 1) + 1;
      const dot = extensionStart(path, start, end);
      parsed.base = path.slice(start, end);
      parsed.name = dot === -1 ? parsed.base : path.slice(start, dot);
      if (dot !== -1) parsed.ext = path.slice(dot, end);
      if (start > 1) {
        parsed.dir = path.slice(0, start - 1);
        return parsed;
      }
    }
    if (isAbsolute) parsed.dir = '/';
    return parsed;
  },

  matchesGlob(path, pattern) {
    return matchesGlob(path, pattern, false);
  },

  sep: '/',
  delimiter: ':',
  win32: null, // set by path/win32
  posix: null,
};

Object.defineProperty(posix.format, 'name', { __proto__: null, value: 'bound _format', configurable: true });
posix._makeLong = posix.toNamespacedPath;
posix.posix = posix;
module.exports = posix;
require('path/win32'); // sets `win32` on both
