// The names of Buffer's encodings and their numbers in buffer/encoding.h.
'use strict';

const UTF8 = 0;
const UTF16LE = 1;
const LATIN1 = 2;
const ASCII = 3;
const BASE64 = 4;
const BASE64URL = 5;
const HEX = 6;

const NAMES = ['utf8', 'utf16le', 'latin1', 'ascii', 'base64', 'base64url', 'hex'];

function idOfLowerCase(name) {
  switch (name) {
    case 'utf8':
    case 'utf-8':
      return UTF8;
    case 'hex':
      return HEX;
    case 'base64':
      return BASE64;
    case 'latin1':
    case 'binary':
      return LATIN1;
    case 'ascii':
      return ASCII;
    case 'base64url':
      return BASE64URL;
    case 'ucs2':
    case 'ucs-2':
    case 'utf16le':
    case 'utf-16le':
      return UTF16LE;
    default:
      return -1;
  }
}

/**
 * @param {unknown} name
 * @returns {number} the encoding's number, -1 for an unknown one; undefined is no encoding either
 */
function encodingId(name) {
  if (typeof name !== 'string') return -1;
  const id = idOfLowerCase(name);
  // All names are shorter than ten characters; longer ones need no lower case.
  return id !== -1 || name.length > 9 ? id : idOfLowerCase(name.toLowerCase());
}

/**
 * @param {unknown} name
 * @returns {string|undefined} Node's canonical name; 'utf8' for what is missing or empty, undefined for an unknown one
 */
function normalizeEncoding(name) {
  if (name === undefined || name === null || name === '') return 'utf8';
  const id = encodingId(String(name));
  return id === -1 ? undefined : NAMES[id];
}

module.exports = { UTF8, UTF16LE, LATIN1, ASCII, BASE64, BASE64URL, HEX, NAMES, encodingId, normalizeEncoding };
