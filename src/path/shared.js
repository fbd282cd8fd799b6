// What both flavours of `path` share: formatting, globbing and the collapse of dot segments.
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');

/**
 * Removes empty and '.' segments and resolves '..' against what stands before it.
 * @param {string[]} segments
 * @param {boolean} allowAboveRoot  keep a leading '..' (relative paths)
 * @param {string} separator
 */
function collapse(segments, allowAboveRoot, separator) {
  const kept = [];
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
    else if (allowAboveRoot) kept.push('..');
  }
  return kept.join(separator);
}

function formatExtension(extension) {
  if (!extension) return '';
  return extension[0] === '.' ? extension : `.${extension}`;
}

/** `path.format` for the separator given. */
function format(separator, parts) {
  validateObject(parts, 'pathObject');
  const folder = parts.dir || parts.root;
  const base = parts.base || `${parts.name || ''}${formatExtension(parts.ext)}`;
  if (!folder) return base;
  return folder === parts.root ? `${folder}${base}` : `${folder}${separator}${base}`;
}

/** `path.matchesGlob`, on the embedded minimatch. */
function matchesGlob(path, pattern, windows) {
  validateString(path, 'path');
  validateString(pattern, 'pattern');
  let minimatch;
  try {
    ({ minimatch } = require('deps/minimatch'));
  } catch {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED('path.matchesGlob()');
  }
  return minimatch(path, pattern, {
    nocase: false,
    windowsPathsNoEscape: true,
    nonegate: true,
    nocomment: true,
    optimizationLevel: 2,
    platform: windows ? 'win32' : 'linux',
    nocaseMagicOnly: true,
  });
}

/**
 * `base`, the segment of `path` at `start`, without `suffix`. A suffix that reaches over the whole segment leaves it
 * alone, with whatever trailing separators there are (as Node does).
 */
function withoutSuffix(path, base, start, suffix) {
  if (suffix.length === 0 || suffix.length > path.length) return base;
  if (suffix.length < base.length) return base.endsWith(suffix) ? base.slice(0, -suffix.length) : base;
  return suffix.length > base.length && suffix.endsWith(base) ? path.slice(start) : base;
}

module.exports = { collapse, format, matchesGlob, withoutSuffix };
