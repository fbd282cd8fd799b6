// dns.lookup() and dns.lookupService(): names and addresses by the system's resolver, off the loop's thread.
'use strict';

const { codes, DNSException } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateNumber,
  validateOneOf,
  validatePort,
  validateString,
} = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { kCustomPromisifyArgs } = require('util/internal');
const { measure } = require('dns/measure');

const native = binding('dns');
const { isIP } = binding('net');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = codes;

const ORDERS = ['verbatim', 'ipv4first', 'ipv6first'];
const ALL_HINTS = native.AI_ADDRCONFIG | native.AI_ALL | native.AI_V4MAPPED;

let defaultOrder;

function getDefaultResultOrder() {
  return (defaultOrder ??= require('cli/options').getOptionValue('--dns-result-order') || 'verbatim');
}

function setDefaultResultOrder(order) {
  validateOneOf(order, 'dnsOrder', ORDERS);
  defaultOrder = order;
}

/** {family, hints, all, order} out of what lookup() was given. */
function parseOptions(options) {
  const result = { family: 0, hints: 0, all: false, order: getDefaultResultOrder() };
  if (typeof options === 'number') {
    validateOneOf(options, 'family', [0, 4, 6]);
    result.family = options;
    return result;
  }
  if (options !== undefined && typeof options !== 'object')
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  if (!options) return result;
  if (options.hints != null) {
    validateNumber(options.hints, 'options.hints');
    result.hints = options.hints >>> 0;
    if ((result.hints & ~ALL_HINTS) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', result.hints);
  }
  if (options.family != null) result.family = parseFamily(options.family);
  if (options.all != null) {
    validateBoolean(options.all, 'options.all');
    result.all = options.all;
  }
  if (options.verbatim != null) {
    validateBoolean(options.verbatim, 'options.verbatim');
    result.order = options.verbatim ? 'verbatim' : 'ipv4first';
  }
  if (options.order != null) {
    validateOneOf(options.order, 'options.order', ORDERS);
    result.order = options.order;
  }
  return result;
}

function parseFamily(family) {
  if (family === 'IPv4') return 4;
  if (family === 'IPv6') return 6;
  validateOneOf(family, 'options.family', [0, 4, 6]);
  return family;
}

function sortAddresses(addresses, order) {
  const list = addresses.map((address) => ({ address, family: isIP(address) }));
  if (order === 'verbatim') return list;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...list.filter(({ family }) => family === first), ...list.filter(({ family }) => family !== first)];
}

/** A name as DNS writes it: in small letters, an international one in its ASCII form. */
function toASCII(name) {
  return /[^\0-\x7f]/.test(name) ? require('url/url').domainToASCII(name) || name : name.toLowerCase();
}

/** dns.lookup(hostname[, options], callback) */
function lookup(hostname, options, callback) {
  if (hostname) validateString(hostname, 'hostname');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  const { family, hints, all, order } = parseOptions(options);
  if (!hostname) {
    warnOfEmptyName(hostname);
    nextTick(callback, null, ...(all ? [[]] : [null, family === 6 ? 6 : 4]));
    return {};
  }
  const matched = isIP(hostname);
  if (matched) {
    nextTick(callback, null, ...(all ? [[{ address: hostname, family: matched }]] : [hostname, matched]));
    return {};
  }
  const done = measure('lookup');
  native.getaddrinfo(toASCII(hostname), family, hints, (error, addresses) => {
    const failure = error ?? failureOf(addresses, 'getaddrinfo', hostname);
    if (failure !== undefined) {
      callback(failure);
      return;
    }
    done?.(() => ({ hostname, family, hints, verbatim: order === 'verbatim', order, addresses }));
    const list = sortAddresses(addresses, order);
    if (all) callback(null, list);
    else callback(null, list[0].address, list[0].family);
  });
  return {};
}
Object.defineProperty(lookup, kCustomPromisifyArgs, {
  __proto__: null,
  value: ['address', 'family'],
  enumerable: false,
});

let hasWarned = false;

function warnOfEmptyName(hostname) {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    `The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns module solely for compatibility.`,
    'DeprecationWarning',
    'DEP0118',
  );
}

function failureOf(result, syscall, name) {
  if (result.length > 0 && result[0][0] !== '!') return undefined;
  const number = result.length === 0 ? -3008 : Number(result[0].slice(1));
  return new DNSException(number, syscall, name);
}

/** dns.lookupService(address, port, callback) */
function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw new ERR_MISSING_ARGS('address', 'port', 'callback');
  if (isIP(`${address}`) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
  validateFunction(callback, 'callback');
  const done = measure('lookupService');
  native.getnameinfo(address, Number(port), (error, result) => {
    const failure = error ?? failureOf(result, 'getnameinfo', address);
    if (failure !== undefined) {
      callback(failure);
      return;
    }
    const [hostname, service] = result;
    done?.(() => ({ host: address, port: Number(port), hostname, service }));
    callback(null, hostname, service);
  });
  return {};
}
Object.defineProperty(lookupService, kCustomPromisifyArgs, {
  __proto__: null,
  value: ['hostname', 'service'],
  enumerable: false,
});

module.exports = { getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder, toASCII };
