// Paths to file URLs and back, and URLs as options of http.request.
'use strict';

const path = require('path/path');
const { codes } = require('errors/errors');
const { kValidateObjectAllowObjects, validateObject, validateString } = require('errors/validators');
const { URL, isURL } = require('url/whatwg');

const BACKSLASH = 92;

function toFileUrl(url) {
  if (typeof url === 'string') url = new URL(url);
  else if (!isURL(url)) throw new codes.ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], url);
  if (url.protocol !== 'file:') throw new codes.ERR_INVALID_URL_SCHEME('file');
  return url;
}

function checkNoHost(url) {
  if (url.hostname !== '') throw new codes.ERR_INVALID_FILE_URL_HOST(process.platform);
}

function checkPosix(url) {
  checkNoHost(url);
  if (/%2f/i.test(url.pathname))
    throw new codes.ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
}

function checkWindows(url) {
  if (/%2f|%5c/i.test(url.pathname))
    throw new codes.ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
}

function isDriveLetter(code) {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/**
 * @param {string|URL} url
 * @param {{windows?: boolean}} [options]
 * @returns {string}
 */
function fileURLToPath(url, options = undefined) {
  const file = toFileUrl(url);
  if (!(options?.windows ?? process.platform === 'win32')) {
    checkPosix(file);
    return decodeURIComponent(file.pathname);
  }
  checkWindows(file);
  const pathname = decodeURIComponent(file.pathname.replaceAll('/', '\\'));
  if (file.hostname !== '') return `\\\\${require('url/url').domainToUnicode(file.hostname)}${pathname}`;
  if (!isDriveLetter(pathname.charCodeAt(1)) || pathname[2] !== ':')
    throw new codes.ERR_INVALID_FILE_URL_PATH('must be absolute', file);
  return pathname.slice(1);
}

/** The same as bytes, for file names that are not UTF-8. */
function fileURLToPathBuffer(url, options = undefined) {
  const file = toFileUrl(url);
  const { Buffer } = require('buffer/buffer');
  const { unescapeBuffer } = require('querystring/querystring');
  if (!(options?.windows ?? process.platform === 'win32')) {
    checkNoHost(file);
    return unescapeBuffer(Buffer.from(file.pathname));
  }
  checkWindows(file);
  const pathname = unescapeBuffer(Buffer.from(file.pathname.replaceAll('/', '\\')));
  if (file.hostname !== '') {
    return Buffer.concat([Buffer.from(`\\\\${require('url/url').domainToUnicode(file.hostname)}`), pathname]);
  }
  if (!isDriveLetter(pathname[1]) || pathname[2] !== 58)
    throw new codes.ERR_INVALID_FILE_URL_PATH('must be absolute', file);
  return pathname.subarray(1);
}

const ESCAPES = {
  '%': '%25',
  '\\': '%5C',
  '\n': '%0A',
  '\r': '%0D',
  '\t': '%09',
  '?': '%3F',
  '#': '%23',
  '[': '%5B',
  ']': '%5D',
  '|': '%7C',
  '~': '%7E',
  '^': '%5E',
};
const POSIX_SPECIAL = /[%\\\n\r\t?#[\]|~^]/g;
const WINDOWS_SPECIAL = /[%\n\r\t?#[\]|~^]/g;

/**
 * @param {string} filepath  made absolute first
 * @param {{windows?: boolean}} [options]
 * @returns {URL}
 */
function pathToFileURL(filepath, options) {
  const windows = options?.windows ?? process.platform === 'win32';
  validateString(filepath, 'path');
  const special = windows ? WINDOWS_SPECIAL : POSIX_SPECIAL;
  const escape = (text) => text.replace(special, (c) => ESCAPES[c]);
  if (windows && filepath.startsWith('\\\\')) {
    // \\server\share\file, or a device path that leads to one or to a drive.
    const isExtendedUnc = filepath.startsWith('\\\\?\\UNC\\');
    const start = isExtendedUnc ? 8 : 2;
    const hostEnd = filepath.indexOf('\\', start);
    if (hostEnd === -1) throw new codes.ERR_INVALID_ARG_VALUE('path', filepath, 'Missing UNC resource path');
    if (hostEnd === start) throw new codes.ERR_INVALID_ARG_VALUE('path', filepath, 'Empty UNC servername');
    if (isExtendedUnc || filepath[2] !== '?') {
      const url = new URL('file://');
      url.hostname = require('url/url').domainToASCII(filepath.slice(start, hostEnd));
      url.pathname = escape(filepath.slice(hostEnd).replaceAll('\\', '/'));
      return url;
    }
    filepath = filepath.slice(4);
  }
  let resolved = windows ? path.win32.resolve(filepath) : path.posix.resolve(filepath);
  const last = filepath.charCodeAt(filepath.length - 1);
  const separator = windows ? '\\' : '/';
  if ((last === 47 || (windows && last === BACKSLASH)) && !resolved.endsWith(separator)) resolved += separator;
  if (windows) resolved = resolved.replaceAll('\\', '/');
  return new URL(`file://${windows && resolved[0] !== '/' ? '/' : ''}${escape(resolved)}`);
}

/**
 * @param {URL} url
 * @returns {object} options for http.request()
 */
function urlToHttpOptions(url) {
  validateObject(url, 'url', kValidateObjectAllowObjects);
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url, // what the user put on it
    protocol: url.protocol,
    hostname: hostname && hostname[0] === '[' ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href: url.href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

module.exports = { fileURLToPath, fileURLToPathBuffer, pathToFileURL, urlToHttpOptions };
