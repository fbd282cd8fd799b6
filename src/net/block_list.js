// net.BlockList and net.SocketAddress: https://nodejs.org/api/net.html#class-netblocklist
'use strict';

const { codes } = require('errors/errors');
const { validateInt32, validateObject, validatePort, validateString, validateUint32 } = require('errors/validators');
const { customInspect, inspect } = require('util/inspect');

const { addressBytes } = binding('net');
const { ERR_INVALID_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = codes;

const kDetails = Symbol('kDetails');

class SocketAddress {
  constructor(options = {}) {
    validateObject(options, 'options');
    let { family = 'ipv4' } = options;
    const { port = 0, flowlabel = 0 } = options;
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase();
    if (family !== 'ipv4' && family !== 'ipv6') throw new ERR_INVALID_ARG_VALUE('options.family', options.family);
    const { address = family === 'ipv4' ? '127.0.0.1' : '::' } = options;
    validateString(address, 'options.address');
    validatePort(port, 'options.port');
    validateUint32(flowlabel, 'options.flowlabel', false);
    const bytes = addressBytes(address);
    if (bytes.length !== (family === 'ipv4' ? 4 : 16)) throw new ERR_INVALID_ADDRESS(address);
    this[kDetails] = { address, port: port | 0, family, flowlabel, bytes };
  }

  static isSocketAddress(value) {
    return value?.[kDetails] !== undefined;
  }

  /** From "127.0.0.1:80" or "[::1]:80"; undefined when it is neither. */
  static parse(input) {
    validateString(input, 'input');
    const { URL } = require('url/url');
    const url = URL.parse(`http://${input}`);
    if (url === null) return undefined;
    const { hostname } = url;
    const port = url.port === '' ? (input.endsWith(':80') ? 80 : 0) : Number(url.port);
    try {
      if (hostname.startsWith('[')) return new SocketAddress({ address: hostname.slice(1, -1), port, family: 'ipv6' });
      return new SocketAddress({ address: hostname, port });
    } catch {
      return undefined;
    }
  }

  get address() {
    return this[kDetails].address;
  }
  get port() {
    return this[kDetails].port;
  }
  get family() {
    return this[kDetails].family;
  }
  get flowlabel() {
    return this[kDetails].flowlabel;
  }
  toJSON() {
    const { address, port, family, flowlabel } = this;
    return { address, port, family, flowlabel };
  }
  [customInspect](depth, options) {
    if (depth < 0) return this;
    return `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

/** Compares byte strings of equal length. */
function compare(a, b) {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

function samePrefix(a, b, bits) {
  for (let i = 0; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if ((a[i] & mask) !== (b[i] & mask)) return false;
  }
  return true;
}

/** An IPv4 address inside an IPv6 one (::ffff:a.b.c.d), else undefined. */
function mapped(bytes) {
  if (bytes.length !== 16) return undefined;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return undefined;
  return bytes[10] === 0xff && bytes[11] === 0xff ? bytes.subarray(12) : undefined;
}

function toAddress(value, family, name = 'address') {
  if (SocketAddress.isSocketAddress(value)) return value;
  validateString(value, name);
  validateString(family, 'family');
  return new SocketAddress({ address: value, family });
}

const kRules = Symbol('kRules');

class BlockList {
  constructor() {
    this[kRules] = [];
  }

  static isBlockList(value) {
    return value?.[kRules] !== undefined;
  }

  addAddress(address, family = 'ipv4') {
    const { bytes, address: text, family: kind } = toAddress(address, family)[kDetails];
    this[kRules].unshift({
      text: `Address: ${label(kind)} ${text}`,
      matches: (other) => other.length === bytes.length && compare(other, bytes) === 0,
    });
  }

  addRange(start, end, family = 'ipv4') {
    const from = toAddress(start, family, 'start')[kDetails];
    const to = toAddress(end, family, 'end')[kDetails];
    if (from.bytes.length !== to.bytes.length || compare(from.bytes, to.bytes) > 0)
      throw new ERR_INVALID_ARG_VALUE('start', start, `must come before ${end}`);
    this[kRules].unshift({
      text: `Range: ${label(from.family)} ${from.address}-${to.address}`,
      matches: (other) =>
        other.length === from.bytes.length && compare(other, from.bytes) >= 0 && compare(other, to.bytes) <= 0,
    });
  }

  addSubnet(network, prefix, family = 'ipv4') {
    const net = toAddress(network, family, 'network')[kDetails];
    validateInt32(prefix, 'prefix', 0, net.family === 'ipv4' ? 32 : 128);
    this[kRules].unshift({
      text: `Subnet: ${label(net.family)} ${net.address}/${prefix}`,
      matches: (other) => other.length === net.bytes.length && samePrefix(other, net.bytes, prefix),
    });
  }

  check(address, family = 'ipv4') {
    let details;
    if (SocketAddress.isSocketAddress(address)) {
      details = address[kDetails];
    } else {
      validateString(address, 'address');
      validateString(family, 'family');
      try {
        details = new SocketAddress({ address, family })[kDetails];
      } catch {
        return false;
      }
    }
    const { bytes } = details;
    const inner = mapped(bytes);
    return this[kRules].some(({ matches }) => matches(bytes) || (inner !== undefined && matches(inner)));
  }

  get rules() {
    return this[kRules].map(({ text }) => text);
  }

  toJSON() {
    return this.rules;
  }

  fromJSON(rules) {
    if (typeof rules === 'string') rules = JSON.parse(rules);
    if (!Array.isArray(rules)) throw new ERR_INVALID_ARG_TYPE('rules', ['string', 'Array'], rules);
    for (const rule of rules) {
      validateString(rule, 'rule');
      const match = /^(Address|Range|Subnet): IPv([46]) (.+)$/.exec(rule);
      if (match === null) throw new ERR_INVALID_ARG_VALUE('rules', rules);
      const [, kind, version, rest] = match;
      const family = `ipv${version}`;
      if (kind === 'Address') this.addAddress(rest, family);
      else if (kind === 'Range') this.addRange(...rest.split('-'), family);
      else this.addSubnet(rest.split('/')[0], Number(rest.split('/')[1]), family);
    }
  }

  [customInspect](depth, options) {
    if (depth < 0) return this;
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

const label = (family) => (family === 'ipv4' ? 'IPv4' : 'IPv6');

module.exports = { BlockList, SocketAddress };
