// node:path/win32: drive letters, UNC shares and device paths, with both separators read and '\' written.
'use strict';

const posix = require('path/posix');
const { validateString } = require('errors/validators');
const { collapse, format, matchesGlob, withoutSuffix } = require('path/shared');

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;
const DOT = 46;
const QUESTION_MARK = 63;

/** Names that Windows takes for devices in every folder; with a colon after them they must not begin a path. */
const RESERVED_NAMES = new Set(['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$']);
for (const digit of '123456789\xb9\xb2\xb3') RESERVED_NAMES.add(`COM${digit}`).add(`LPT${digit}`);

function isSeparator(code) {
  return code === SLASH || code === BACKSLASH;
}

function isLetter(code) {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** First index from `i` on that holds a separator (or none, for `wanted` false); the length when there is none. */
function skip(path, i, wanted) {
  const { length } = path;
  while (i < length && isSeparator(path.charCodeAt(i)) !== wanted) i++;
  return i;
}

/**
 * Takes a path's root apart: `device` ('C:', '\\\\host\\share', '\\\\.' or ''), `end` of the root in the path,
 * whether it is absolute, and whether the path is a UNC root and nothing more.
 */
function splitRoot(path) {
  const root = { device: '', end: 0, isAbsolute: false, isBareUnc: false };
  const first = path.charCodeAt(0);
  if (isSeparator(first)) {
    root.isAbsolute = true;
    root.end = 1;
    if (!isSeparator(path.charCodeAt(1))) return root;
    const hostEnd = skip(path, 2, true);
    if (hostEnd === 2 || hostEnd === path.length) return root;
    const shareStart = skip(path, hostEnd, false);
    if (shareStart === path.length) return root;
    const shareEnd = skip(path, shareStart, true);
    const host = path.slice(2, hostEnd);
    if (host === '.' || host === '?') {
      root.device = `\\\\${host}`;
      root.end = 4;
      return root;
    }
    root.device = `\\\\${host}\\${path.slice(shareStart, shareEnd)}`;
    root.end = shareEnd;
    root.isBareUnc = shareEnd === path.length;
    return root;
  }
  if (isLetter(first) && path.charCodeAt(1) === COLON) {
    root.device = path.slice(0, 2);
    root.end = 2;
    if (path.length > 2 && isSeparator(path.charCodeAt(2))) {
      root.isAbsolute = true;
      root.end = 3;
    }
  }
  return root;
}

/** Length of the part of `path` that dirname() and parse() never touch. */
function rootLength(path) {
  const first = path.charCodeAt(0);
  if (isSeparator(first)) {
    if (!isSeparator(path.charCodeAt(1))) return 1;
    const hostEnd = skip(path, 2, true);
    if (hostEnd === 2 || hostEnd === path.length) return 1;
    const shareStart = skip(path, hostEnd, false);
    if (shareStart === path.length) return 1;
    const shareEnd = skip(path, shareStart, true);
    return shareEnd === path.length ? shareEnd : shareEnd + 1;
  }
  if (isLetter(first) && path.charCodeAt(1) === COLON) {
    return path.length > 2 && isSeparator(path.charCodeAt(2)) ? 3 : 2;
  }
  return 0;
}

function hasReservedName(path, colon) {
  return RESERVED_NAMES.has(path.slice(0, colon).toUpperCase());
}

function collapsePath(path, allowAboveRoot) {
  return collapse(path.split(/[\\/]/), allowAboveRoot, '\\');
}

/** Start of the last segment of path.slice(0, end), not before `root`. */
function segmentStart(path, root, end) {
  let start = end;
  while (start > root && !isSeparator(path.charCodeAt(start - 1))) start--;
  return start;
}

function trimmedEnd(path, root) {
  let end = path.length;
  while (end > root && isSeparator(path.charCodeAt(end - 1))) end--;
  return end;
}

function extensionStart(path, start, end) {
  const dot = path.lastIndexOf('.', end - 1);
  if (dot <= start) return -1;
  return dot === start + 1 && end === dot + 1 && path.charCodeAt(start) === DOT ? -1 : dot;
}

/** The working directory of a drive: Windows keeps one for each in the environment. */
function workingDirectoryOf(device) {
  const path = process.env[`=${device}`] || process.cwd();
  const isElsewhere = path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path.charCodeAt(2) === BACKSLASH;
  return path === undefined || isElsewhere ? `${device}\\` : path;
}

const win32 = {
  resolve(...args) {
    let device = '';
    let tail = '';
    let isAbsolute = false;
    for (let i = args.length - 1; i >= -1; i--) {
      let path;
      if (i >= 0) {
        path = args[i];
        validateString(path, `paths[${i}]`);
        if (path.length === 0) continue;
      } else {
        path = device.length === 0 ? process.cwd() : workingDirectoryOf(device);
      }
      const root = splitRoot(path);
      if (root.device.length > 0) {
        if (device.length === 0) device = root.device;
        else if (root.device.toLowerCase() !== device.toLowerCase()) continue; // another drive
      }
      if (isAbsolute) {
        if (device.length > 0) break;
      } else {
        tail = `${path.slice(root.end)}\\${tail}`;
        isAbsolute = root.isAbsolute;
        if (isAbsolute && device.length > 0) break;
      }
    }
    tail = collapsePath(tail, !isAbsolute);
    if (isAbsolute) return `${device}\\${tail}`;
    return `${device}${tail}` || '.';
  },

  normalize(path) {
    validateString(path, 'path');
    const { length } = path;
    if (length === 0) return '.';
    if (length === 1) return path === '/' ? '\\' : path;
    const root = splitRoot(path);
    const colon = path.indexOf(':');
    if (root.device === '' && colon > 0 && hasReservedName(path, colon)) {
      root.device = path.slice(0, colon + 1);
      root.end = colon + 1;
    }
    if (root.isBareUnc) return `${root.device}\\`;
    const { device, end, isAbsolute } = root;
    if ((device === '\\\\.' || device === '\\\\?') && colon > 0) {
      const name = path.slice(4, colon);
      if (RESERVED_NAMES.has(name.toUpperCase()) && colon === length - 1) return `${device}\\${name}:`;
    }
    let tail = end < length ? collapsePath(path.slice(end), !isAbsolute) : '';
    if (tail.length === 0 && !isAbsolute) tail = '.';
    if (tail.length > 0 && isSeparator(path.charCodeAt(length - 1))) tail += '\\';
    if (!isAbsolute && device === '' && colon !== -1) {
      // What was no drive or stream before must not become one by normalisation.
      if (tail.length >= 2 && isLetter(tail.charCodeAt(0)) && tail.charCodeAt(1) === COLON) return `.\\${tail}`;
      let index = colon;
      do {
        if (index === length - 1 || isSeparator(path.charCodeAt(index + 1))) return `.\\${tail}`;
        index = path.indexOf(':', index + 1);
      } while (index !== -1);
    }
    if (hasReservedName(path, colon)) return `.\\${device}${tail}`;
    return isAbsolute ? `${device}\\${tail}` : `${device}${tail}`;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    const first = path.charCodeAt(0);
    if (isSeparator(first)) return true;
    return path.length > 2 && isLetter(first) && path.charCodeAt(1) === COLON && isSeparator(path.charCodeAt(2));
  },

  join(...args) {
    let joined;
    let firstPart;
    for (let i = 0; i < args.length; i++) {
      const part = args[i];
      validateString(part, 'path');
      if (part.length === 0) continue;
      if (joined === undefined) joined = firstPart = part;
      else joined += `\\${part}`;
    }
    if (joined === undefined) return '.';
    // Two separators at the front are a UNC path only if the first part alone said so: '//server' joined with 'share'
    // is one, '/' joined with '/x' is not.
    let leading = 0;
    let isUnc = false;
    if (isSeparator(firstPart.charCodeAt(0))) {
      leading = 1;
      if (firstPart.length > 1 && isSeparator(firstPart.charCodeAt(1))) {
        leading = 2;
        if (firstPart.length > 2) {
          if (isSeparator(firstPart.charCodeAt(2))) leading = 3;
          else isUnc = true;
        }
      }
    }
    if (!isUnc) {
      leading = skip(joined, leading, false);
      if (leading >= 2) joined = `\\${joined.slice(leading)}`;
    }
    // With a device's name in it the path stays as it is: nothing may be resolved into another name.
    for (const part of joined.split('\\')) {
      const colon = part.indexOf(':');
      if (colon > 0 && hasReservedName(part, colon)) return joined.replaceAll('/', '\\');
    }
    return win32.normalize(joined);
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    const fromFull = win32.resolve(from);
    const toFull = win32.resolve(to);
    if (fromFull === toFull) return '';
    from = fromFull.toLowerCase();
    to = toFull.toLowerCase();
    if (from === to) return '';
    if (fromFull.length !== from.length || toFull.length !== to.length) {
      return relativeBySegments(fromFull, toFull);
    }
    const fromStart = skip(from, 0, false);
    const toStart = skip(to, 0, false);
    let fromEnd = from.length;
    while (fromEnd - 1 > fromStart && from.charCodeAt(fromEnd - 1) === BACKSLASH) fromEnd--;
    let toEnd = to.length;
    while (toEnd - 1 > toStart && to.charCodeAt(toEnd - 1) === BACKSLASH) toEnd--;
    const fromLength = fromEnd - fromStart;
    const toLength = toEnd - toStart;
    const shorter = Math.min(fromLength, toLength);
    let common = -1;
    let i = 0;
    for (; i < shorter; i++) {
      const code = from.charCodeAt(fromStart + i);
      if (code !== to.charCodeAt(toStart + i)) break;
      if (code === BACKSLASH) common = i;
    }
    if (i !== shorter) {
      if (common === -1) return toFull; // different roots
    } else {
      if (toLength > shorter) {
        if (to.charCodeAt(toStart + i) === BACKSLASH) return toFull.slice(toStart + i + 1);
        if (i === 2) return toFull.slice(toStart + i); // `from` is a drive
      }
      if (fromLength > shorter) {
        if (from.charCodeAt(fromStart + i) === BACKSLASH) common = i;
        else if (i === 2) common = 3;
      }
      if (common === -1) common = 0;
    }
    let up = '';
    for (let j = fromStart + common + 1; j <= fromEnd; j++) {
      if (j === fromEnd || from.charCodeAt(j) === BACKSLASH) up += up.length === 0 ? '..' : '\\..';
    }
    let rest = toStart + common;
    if (up.length > 0) return `${up}${toFull.slice(rest, toEnd)}`;
    if (toFull.charCodeAt(rest) === BACKSLASH) rest++;
    return toFull.slice(rest, toEnd);
  },

  /** Adds the prefix that lifts Windows' limit on the length of paths, where one can stand. */
  toNamespacedPath(path) {
    if (typeof path !== 'string' || path.length === 0) return path;
    const resolved = win32.resolve(path);
    if (resolved.length <= 2) return path;
    if (resolved.charCodeAt(0) === BACKSLASH) {
      if (resolved.charCodeAt(1) === BACKSLASH) {
        const code = resolved.charCodeAt(2);
        if (code !== QUESTION_MARK && code !== DOT) return `\\\\?\\UNC\\${resolved.slice(2)}`;
      }
    } else if (
      isLetter(resolved.charCodeAt(0)) &&
      resolved.charCodeAt(1) === COLON &&
      resolved.charCodeAt(2) === BACKSLASH
    ) {
      return `\\\\?\\${resolved}`;
    }
    return resolved;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path.length === 0) return '.';
    if (path.length === 1) return isSeparator(path.charCodeAt(0)) ? path : '.';
    const root = rootLength(path);
    if (root === path.length && root > 3) return path; // a UNC root
    const end = trimmedEnd(path, root);
    const start = segmentStart(path, root, end);
    if (start > root) return path.slice(0, start - 1);
    return root === 0 ? '.' : path.slice(0, root);
  },

  basename(path, suffix) {
    if (suffix !== undefined) validateString(suffix, 'suffix');
    validateString(path, 'path');
    const root = path.length >= 2 && isLetter(path.charCodeAt(0)) && path.charCodeAt(1) === COLON ? 2 : 0;
    if (suffix !== undefined && suffix === path) return '';
    const end = trimmedEnd(path, root);
    const start = segmentStart(path, root, end);
    const base = path.slice(start, end);
    return suffix === undefined ? base : withoutSuffix(path, base, start, suffix);
  },

  extname(path) {
    validateString(path, 'path');
    const root = path.length >= 2 && isLetter(path.charCodeAt(0)) && path.charCodeAt(1) === COLON ? 2 : 0;
    const end = trimmedEnd(path, root);
    const dot = extensionStart(path, segmentStart(path, root, end), end);
    return dot === -1 ? '' : path.slice(dot, end);
  },

  format: format.bind(null, '\\'),

  parse(path) {
    validateString(path, 'path');
    const parsed = { root: '', dir: '', base: '', ext: '', name: '' };
    if (path.length === 0) return parsed;
    const root = rootLength(path);
    if (root > 0) parsed.root = path.slice(0, root);
    if (root === path.length) {
      parsed.dir = path;
      return parsed;
    }
    const end = trimmedEnd(path, root);
    const start = segmentStart(path, root, end);
    if (end > start) {
      const dot = extensionStart(path, start, end);
      parsed.base = path.slice(start, end);
      parsed.name = dot === -1 ? parsed.base : path.slice(start, dot);
      if (dot !== -1) parsed.ext = path.slice(dot, end);
    }
    parsed.dir = start > root ? path.slice(0, start - 1) : parsed.root;
    return parsed;
  },

  matchesGlob(path, pattern) {
    return matchesGlob(path, pattern, true);
  },

  sep: '\\',
  delimiter: ';',
  win32: null,
  posix,
};

/** For paths whose lower case has another length, so that indices of one mean nothing in the other. */
function relativeBySegments(from, to) {
  const fromSegments = from.split('\\');
  const toSegments = to.split('\\');
  if (fromSegments.at(-1) === '') fromSegments.pop();
  if (toSegments.at(-1) === '') toSegments.pop();
  const shorter = Math.min(fromSegments.length, toSegments.length);
  let i = 0;
  while (i < shorter && fromSegments[i].toLowerCase() === toSegments[i].toLowerCase()) i++;
  if (i === 0) return to;
  if (i === fromSegments.length && i === toSegments.length) return '';
  return [...new Array(fromSegments.length - i).fill('..'), ...toSegments.slice(i)].join('\\');
}

Object.defineProperty(win32.format, 'name', { __proto__: null, value: 'bound _format', configurable: true });
win32._makeLong = win32.toNamespacedPath;
win32.win32 = win32;
posix.win32 = win32;
module.exports = win32;
