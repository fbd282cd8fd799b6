// data: URLs (https://fetch.spec.whatwg.org/#data-urls).
'use strict';

const HEX = /^[\da-f]{2}$/i;

/** Percent-decoding to bytes, in Latin-1. */
function percentDecode(text) {
  if (!text.includes('%')) return text;
  return text.replace(/%([^]{2})/g, (all, hex) =>
    HEX.test(hex) ? String.fromCharCode(Number.parseInt(hex, 16)) : all,
  );
}

/**
 * @param {URL} url
 * @returns {{type: string, bytes: Uint8Array}|null} null: it is broken
 */
function readDataURL(url) {
  const text = url.href.slice('data:'.length, url.hash === '' ? undefined : -url.hash.length);
  const comma = text.indexOf(',');
  if (comma < 0) return null;
  let type = text.slice(0, comma).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '');
  let data = percentDecode(text.slice(comma + 1));
  const { Buffer } = require('buffer/buffer');
  const base64 = /; *base64$/i.exec(type);
  if (base64 !== null) {
    type = type.slice(0, -base64[0].length);
    // "Forgiving": white space does not count, what is no base64 fails.
    const stripped = data.replace(/[\t\n\f\r ]+/g, '');
    const unpadded = stripped.length % 4 === 0 ? stripped.replace(/={1,2}$/, '') : stripped;
    if (unpadded.length % 4 === 1 || /[^A-Za-z\d+/]/.test(unpadded)) return null;
    data = Buffer.from(unpadded, 'base64');
  } else {
    data = Buffer.from(data, 'latin1');
  }
  if (type.startsWith(';')) type = `text/plain${type}`;
  let shown = 'text/plain;charset=US-ASCII';
  try {
    shown = new (require('util/mime').MIMEType)(type).toString();
  } catch {
    // the default
  }
  return { type: shown, bytes: new Uint8Array(data) };
}

module.exports = { readDataURL };
