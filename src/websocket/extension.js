// The handshake's part about permessage-deflate (RFC 7692 §7.1).
'use strict';

const NAME = 'permessage-deflate';

/** "a; b; c=1, d" as [{name, params: Map}]; null when it makes no sense. */
function parseExtensions(header) {
  const offers = [];
  for (const part of header.split(',')) {
    const [name, ...rest] = part.split(';').map((text) => text.trim());
    if (name === '') return null;
    const params = new Map();
    for (const item of rest) {
      const [key, value = true] = item.split('=').map((text) => text.trim());
      if (key === '' || params.has(key)) return null;
      params.set(key, typeof value === 'string' ? value.replace(/^"(.*)"$/, '$1') : true);
    }
    offers.push({ name, params });
  }
  return offers;
}

/** 9 to 15; zlib knows no window of 8 for raw streams. undefined: no such number. */
function windowBits(value) {
  if (typeof value !== 'string' || !/^(?:[89]|1[0-5])$/.test(value)) return undefined;
  return Number(value);
}

/**
 * Chooses among the offers of a client.
 * @returns {{extension: import('websocket/link').Extension, header: string}|null}
 */
function acceptOffer(header) {
  for (const { name, params } of parseExtensions(header) ?? []) {
    if (name !== NAME) continue;
    let answer = NAME;
    let fits = true;
    const extension = { readNoTakeover: false, writeNoTakeover: false, writeWindowBits: 15 };
    for (const [key, value] of params) {
      switch (key) {
        case 'server_no_context_takeover':
          fits &&= value === true;
          extension.writeNoTakeover = true;
          answer += '; server_no_context_takeover';
          break;
        case 'client_no_context_takeover':
          fits &&= value === true;
          extension.readNoTakeover = true;
          answer += '; client_no_context_takeover';
          break;
        case 'server_max_window_bits': {
          const bits = windowBits(value);
          fits &&= bits !== undefined && bits > 8;
          extension.writeWindowBits = bits;
          answer += `; server_max_window_bits=${bits}`;
          break;
        }
        case 'client_max_window_bits':
          fits &&= value === true || windowBits(value) !== undefined;
          break;
        default:
          fits = false;
      }
    }
    if (fits) return { extension, header: answer };
  }
  return null;
}

/**
 * What the server has chosen of our offer.
 * @returns {import('websocket/link').Extension|null|undefined} undefined: it is not what we have offered
 */
function readAnswer(header) {
  if (header === null) return null;
  const chosen = parseExtensions(header);
  if (chosen === null || chosen.length !== 1 || chosen[0].name !== NAME) return undefined;
  const extension = { readNoTakeover: false, writeNoTakeover: false, writeWindowBits: 15 };
  for (const [key, value] of chosen[0].params) {
    switch (key) {
      case 'server_no_context_takeover':
        extension.readNoTakeover = true;
        break;
      case 'client_no_context_takeover':
        extension.writeNoTakeover = true;
        break;
      case 'server_max_window_bits':
        if (windowBits(value) === undefined) return undefined;
        break;
      case 'client_max_window_bits': {
        const bits = windowBits(value);
        if (bits === undefined || bits === 8) return undefined;
        extension.writeWindowBits = bits;
        break;
      }
      default:
        return undefined;
    }
  }
  return extension;
}

/** What a client offers. */
const OFFER = `${NAME}; client_max_window_bits`;

module.exports = { OFFER, acceptOffer, readAnswer };
