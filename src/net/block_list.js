// net.BlockList and net.SocketAddress: https://nodejs.org/api/net.html#class-netblocklist
'use strict';

const { codes } = require('errors/errors');
const {
  validateArray,
  validateInt32,
  validateObject,
  validatePort,
  validateString,
  validateUint32,
} = require('errors/validators');
const { customInspect, inspect } = require('util/inspect');

const { addressBytes, canonicalAddress } = binding('net');
const { ERR_INVALID_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = codes;

/** A flow label has 20 bits. */
const MAX_FLOWLABEL = 0xfffff;

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
    if (flowlabel > MAX_FLOWLABEL)
      throw new ERR_OUT_OF_RANGE('options.flowlabel', `>= 0 && <= ${MAX_FLOWLABEL}`, flowlabel);
    const bytes = addressBytes(address);
    if (bytes.length !== (family === 'ipv4' ? 4 : 16)) throw new ERR_INVALID_ADDRESS();
    this[kDetails] = {
      address: canonicalAddress(address),
      port: port | 0,
      family,
      flowlabel: family === 'ipv6' ? flowlabel : 0,
      bytes,
    };
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

/** An address as 16 characters that sort as its bytes do; IPv4 as mapped into IPv6, so that rules meet either form. */
function toKey(bytes) {
  const key = String.fromCharCode(...bytes);
  return bytes.length === 4 ? MAPPED + key : key;
}

const MAPPED = `${'\0'.repeat(10)}\xff\xff`;

/** The first `bits` bits of a key; the rest is zero. */
function maskKey(key, bits) {
  const whole = bits >> 3;
  if (whole === 16) return key;
  const partial = key.charCodeAt(whole) & (0xff << (8 - (bits & 7)));
  return `${key.slice(0, whole)}${String.fromCharCode(partial & 0xff)}`.padEnd(16, '\0');
}

/** The SocketAddress of an argument that is one, or the text of one. */
function toAddress(value, family, name) {
  if (SocketAddress.isSocketAddress(value)) return value;
  validateString(value, name);
  validateString(family, 'family');
  return new SocketAddress({ address: value, family });
}

/** [network, prefix, family] of "10.0.0.0/8". */
function parseCIDR(cidr, name) {
  validateString(cidr, name);
  const slash = cidr.lastIndexOf('/');
  if (slash < 0) throw new ERR_INVALID_ARG_VALUE('cidr', cidr, 'must contain a prefix length (e.g. "10.0.0.0/8")');
  const prefix = cidr.slice(slash + 1);
  if (!/^-?(?:0|[1-9]\d*)$/.test(prefix))
    throw new ERR_INVALID_ARG_VALUE('cidr', cidr, 'prefix length must be a valid integer');
  const network = cidr.slice(0, slash);
  return [network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4'];
}

const label = (family) => (family === 'ipv4' ? 'IPv4' : 'IPv6');

/** Takes the newest element for which `matches` holds out of a list. Gives it, or undefined. */
function takeNewest(list, matches) {
  const at = list.findLastIndex(matches);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

class BlockList {
  /** {family, text} of each address rule by the address's key. */
  #addresses = new Map();
  /** Rules in the order in which they were added. */
  #subnets = [];
  #ranges = [];
  /** How many subnet rules have a key: by the number of bits, then by the key. What check() looks at. */
  #prefixes = new Map();

  /** Networks that are nobody's on the Internet: private, loopback, link-local. */
  static PRIVATE_RANGES = Object.freeze([
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '127.0.0.0/8',
    '::1/128',
    '169.254.0.0/16',
    'fe80::/10',
    'fc00::/7',
  ]);

  static isBlockList(value) {
    return typeof value === 'object' && value !== null && #addresses in value;
  }

  addAddress(address, family = 'ipv4') {
    this.#addAddress(toAddress(address, family, 'address'));
  }

  /** All of them, or, when one is wrong, none. */
  addAddresses(addresses, family = 'ipv4') {
    validateArray(addresses, 'addresses');
    const list = addresses.map((address, index) => toAddress(address, family, `addresses[${index}]`));
    for (const each of list) this.#addAddress(each);
  }

  #addAddress(address) {
    const { family, bytes, address: text } = address[kDetails];
    const key = toKey(bytes);
    if (this.#addresses.has(key) && family === 'ipv6') return;
    this.#addresses.set(key, { family, text: `Address: ${label(family)} ${text}` });
  }

  removeAddress(address, family = 'ipv4') {
    this.#addresses.delete(toKey(toAddress(address, family, 'address')[kDetails].bytes));
  }

  addRange(start, end, family = 'ipv4') {
    const range = toRange(start, end, family);
    if (range.from > range.to) throw new ERR_INVALID_ARG_VALUE('start', range.start, 'must come before end');
    this.#ranges.push(range);
  }

  removeRange(start, end, family = 'ipv4') {
    const { from, to, text } = toRange(start, end, family);
    takeNewest(this.#ranges, (range) => range.from === from && range.to === to && range.text === text);
  }

  addSubnet(network, prefix, family = 'ipv4') {
    const subnet = toSubnet(network, prefix, family);
    this.#subnets.push(subnet);
    let keys = this.#prefixes.get(subnet.bits);
    if (keys === undefined) this.#prefixes.set(subnet.bits, (keys = new Map()));
    keys.set(subnet.key, (keys.get(subnet.key) ?? 0) + 1);
  }

  removeSubnet(network, prefix, family = 'ipv4') {
    const { text } = toSubnet(network, prefix, family);
    const removed = takeNewest(this.#subnets, (subnet) => subnet.text === text);
    if (removed === undefined) return;
    const keys = this.#prefixes.get(removed.bits);
    const count = keys.get(removed.key) - 1;
    if (count > 0) keys.set(removed.key, count);
    else keys.delete(removed.key);
    if (keys.size === 0) this.#prefixes.delete(removed.bits);
  }

  addCIDR(cidr) {
    this.addSubnet(...parseCIDR(cidr, 'cidr'));
  }

  /** All of them, or, when one is wrong, none. */
  addCIDRs(cidrs) {
    validateArray(cidrs, 'cidrs');
    const list = cidrs.map((cidr, index) => parseCIDR(cidr, `cidrs[${index}]`));
    for (const each of list) toSubnet(...each);
    for (const each of list) this.addSubnet(...each);
  }

  removeCIDR(cidr) {
    this.removeSubnet(...parseCIDR(cidr, 'cidr'));
  }

  /** Whether a rule meets the address; what is no address meets none. */
  check(address, family = 'ipv4') {
    let details;
    if (SocketAddress.isSocketAddress(address)) {
      details = address[kDetails];
    } else {
      validateString(address, 'address');
      validateString(family, 'family');
      const bytes = addressBytes(address);
      const size = { ipv4: 4, ipv6: 16 }[family.toLowerCase()];
      if (bytes.length !== size) return false;
      details = { bytes };
    }
    return this.#has(toKey(details.bytes));
  }

  #has(key) {
    if (this.#addresses.has(key)) return true;
    for (const [bits, keys] of this.#prefixes) if (keys.has(maskKey(key, bits))) return true;
    return this.#ranges.some(({ from, to }) => key >= from && key <= to);
  }

  clear() {
    this.#addresses.clear();
    this.#subnets = [];
    this.#ranges = [];
    this.#prefixes.clear();
  }

  /** Texts of the rules: addresses, subnets, ranges, the newest of each first. */
  get rules() {
    const addresses = [...this.#addresses.values()].reverse();
    const of = (wanted) => addresses.filter(({ family }) => family === wanted).map(({ text }) => text);
    return [
      ...of('ipv4'),
      ...of('ipv6'),
      ...this.#subnets.map(({ text }) => text).reverse(),
      ...this.#ranges.map(({ text }) => text).reverse(),
    ];
  }

  get size() {
    return this.#addresses.size + this.#subnets.length + this.#ranges.length;
  }

  toJSON() {
    return this.rules;
  }

  /** Adds rules from their texts; what is no rule is passed over. */
  fromJSON(data) {
    const rules = typeof data === 'string' ? JSON.parse(data) : data;
    if (!Array.isArray(rules) || rules.some((rule) => typeof rule !== 'string'))
      throw new ERR_INVALID_ARG_TYPE('data', ['string', 'string[]'], rules);
    for (const rule of rules) this.#addRule(rule);
  }

  #addRule(rule) {
    const match = /^(Address|Range|Subnet): IPv([46]) ([^\s/-]+)(?:([/-])(\S+))?$/.exec(rule);
    if (match === null) return;
    const [, kind, version, first, separator, second] = match;
    const family = `ipv${version}`;
    if (addressBytes(first).length === 0) return;
    if (kind === 'Address' && separator === undefined) this.addAddress(first, family);
    else if (kind === 'Range' && separator === '-') this.addRange(first, second, family);
    else if (kind === 'Subnet' && separator === '/') this.addSubnet(first, Number(second), family);
  }

  [customInspect](depth, options) {
    if (depth < 0) return this;
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

function toRange(start, end, family) {
  const first = toAddress(start, family, 'start');
  const last = toAddress(end, family, 'end');
  const { family: kind, address: from, bytes } = first[kDetails];
  const { address: to, bytes: lastBytes } = last[kDetails];
  return { start: first, from: toKey(bytes), to: toKey(lastBytes), text: `Range: ${label(kind)} ${from}-${to}` };
}

function toSubnet(network, prefix, family) {
  const { family: kind, address, bytes } = toAddress(network, family, 'network')[kDetails];
  validateInt32(prefix, 'prefix', 0, kind === 'ipv4' ? 32 : 128);
  const bits = kind === 'ipv4' ? 96 + prefix : prefix;
  return { bits, key: maskKey(toKey(bytes), bits), text: `Subnet: ${label(kind)} ${address}/${prefix}` };
}

module.exports = { BlockList, SocketAddress };
