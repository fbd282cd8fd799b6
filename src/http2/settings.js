// Settings objects: https://nodejs.org/api/http2.html#settings-object
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { isTypedArray } = require('util/types');

const {
  ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH,
  ERR_HTTP2_INVALID_SETTING_VALUE,
  ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS,
  ERR_INVALID_ARG_TYPE,
} = codes;

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_CUSTOM = 10;

/** [name, id, min, max]; in the order in which the native side gives them. */
const KNOWN = [
  ['headerTableSize', 1, 0, MAX_UINT32],
  ['enablePush', 2],
  ['initialWindowSize', 4, 0, 2 ** 31 - 1],
  ['maxFrameSize', 5, 16384, 2 ** 24 - 1],
  ['maxConcurrentStreams', 3, 0, MAX_UINT32],
  ['maxHeaderListSize', 6, 0, MAX_UINT32],
  ['enableConnectProtocol', 8],
];

/** Ids in the order in which they are sent. */
const SENT = KNOWN.toSorted((a, b) => a[1] - b[1]);

function invalid(name, actual, min, max) {
  const Base = min === undefined ? ERR_HTTP2_INVALID_SETTING_VALUE : ERR_HTTP2_INVALID_SETTING_VALUE.RangeError;
  const error = new Base(name, actual);
  error.actual = actual;
  if (min !== undefined) {
    error.min = min;
    error.max = max;
  }
  return error;
}

function checkNumber(name, value, min, max) {
  if (value !== undefined && (typeof value !== 'number' || !(value >= min && value <= max)))
    throw invalid(name, value, min, max);
}

function checkBoolean(name, value) {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(name, value);
}

/** Throws ERR_HTTP2_INVALID_SETTING_VALUE. */
function validateSettings(settings) {
  if (settings === undefined) return settings;
  validateObject(settings, 'settings');
  validateCustom(settings.customSettings);
  for (const [name, , min, max] of KNOWN) {
    if (min !== undefined) checkNumber(name, settings[name], min, max);
  }
  checkNumber('maxHeaderSize', settings.maxHeaderSize, 0, MAX_UINT32);
  checkBoolean('enablePush', settings.enablePush);
  checkBoolean('enableConnectProtocol', settings.enableConnectProtocol);
  return settings;
}

function validateCustom(custom) {
  if (custom === undefined) return;
  const entries = Object.entries(custom);
  if (entries.length > MAX_CUSTOM) throw new ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS();
  for (const [key, value] of entries) {
    const id = Number(key);
    if (Number.isNaN(id)) throw invalid('Range Error', id, 0, 0xffff);
    checkNumber('customSettings:id', id, 0, 0xffff);
    checkNumber('customSettings:value', value, 0, MAX_UINT32);
  }
}

/** [id, value, id, value, ...] of valid settings. */
function toEntries(settings) {
  const entries = [];
  for (const [name, id] of SENT) {
    let value = settings[name];
    if (name === 'maxHeaderListSize' && settings.maxHeaderSize !== undefined) value = settings.maxHeaderSize;
    if (value !== undefined) entries.push(id, Number(value));
  }
  for (const [key, value] of Object.entries(settings.customSettings ?? {})) {
    const id = Number(key);
    const at = entries.findIndex((entry, index) => index % 2 === 0 && entry === id);
    if (at === -1) entries.push(id, value);
    else entries[at + 1] = value;
  }
  return entries;
}

/** The native side's numbers as an object. */
function fromNative(numbers) {
  const settings = { __proto__: null };
  if (numbers.length === 0) return settings;
  for (const [index, [name, , min]] of KNOWN.entries()) {
    settings[name] = min === undefined ? numbers[index] !== 0 : numbers[index];
    if (name === 'maxHeaderListSize') settings.maxHeaderSize = numbers[index];
  }
  if (numbers.length > KNOWN.length) {
    settings.customSettings = {};
    for (let i = KNOWN.length; i < numbers.length; i += 2) settings.customSettings[numbers[i]] = numbers[i + 1];
  }
  return settings;
}

function getDefaultSettings() {
  return {
    __proto__: null,
    headerTableSize: 4096,
    enablePush: true,
    initialWindowSize: 65535,
    maxFrameSize: 16384,
    maxConcurrentStreams: MAX_UINT32,
    maxHeaderSize: 65535,
    maxHeaderListSize: 65535,
    enableConnectProtocol: false,
  };
}

/**
 * @param {object} [settings]
 * @returns {Buffer} as for the header `HTTP2-Settings`
 */
function getPackedSettings(settings) {
  validateSettings(settings);
  const entries = toEntries(settings ?? {});
  const buffer = Buffer.allocUnsafe((entries.length / 2) * 6);
  for (let i = 0, at = 0; i < entries.length; i += 2, at += 6) {
    buffer.writeUInt16BE(entries[i], at);
    buffer.writeUInt32BE(entries[i + 1], at + 2);
  }
  return buffer;
}

/**
 * @param {Buffer|TypedArray} buf
 * @param {{validate?: boolean}} [options]
 */
function getUnpackedSettings(buf, options = {}) {
  if (!isTypedArray(buf)) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray'], buf);
  if (buf.length % 6 !== 0) throw new ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH();
  // Each element is a byte, whatever its type.
  const bytes = Buffer.from(buf);
  const settings = {};
  for (let at = 0; at + 6 <= bytes.length; at += 6) {
    const id = bytes.readUInt16BE(at);
    const value = bytes.readUInt32BE(at + 2);
    const known = KNOWN.find((entry) => entry[1] === id);
    if (known === undefined) {
      settings.customSettings ??= {};
      settings.customSettings[id] = value;
    } else if (known[2] === undefined) {
      settings[known[0]] = value !== 0;
    } else {
      if (known[0] === 'maxHeaderListSize') settings.maxHeaderSize = value;
      settings[known[0]] = value;
    }
  }
  if (options?.validate) validateSettings(settings);
  return settings;
}
Object.defineProperty(getUnpackedSettings, 'length', { value: 1, configurable: true });

/** Of the option `remoteCustomSettings`. */
function validateRemoteCustom(list) {
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw new ERR_INVALID_ARG_TYPE('options.remoteCustomSettings', 'Array', list);
  if (list.length > MAX_CUSTOM) throw new ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS();
  return [...list];
}

module.exports = {
  fromNative,
  getDefaultSettings,
  getPackedSettings,
  getUnpackedSettings,
  toEntries,
  validateRemoteCustom,
  validateSettings,
};
