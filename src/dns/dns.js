// node:dns: https://nodejs.org/api/dns.html. lookup and lookupService by the system; a Resolver comes with the network issue.
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

const native = binding('dns');
const { isIP } = binding('net');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED } = codes;

let defaultOrder;

function getDefaultResultOrder() {
  return (defaultOrder ??= require('cli/options').getOptionValue('--dns-result-order') || 'verbatim');
}

function setDefaultResultOrder(order) {
  validateOneOf(order, 'dnsOrder', ['verbatim', 'ipv4first', 'ipv6first']);
  defaultOrder = order;
}

const ALL_HINTS = native.AI_ADDRCONFIG | native.AI_ALL | native.AI_V4MAPPED;

/** {family, hints, all, order} out of what lookup() was given. */
function parseOptions(options) {
  let family = 0;
  let hints = 0;
  let all = false;
  let order = getDefaultResultOrder();
  if (typeof options === 'number') {
    validateOneOf(options, 'family', [0, 4, 6]);
    family = options;
  } else if (options !== undefined && typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  } else if (options) {
    if (options.hints != null) {
      validateNumber(options.hints, 'options.hints');
      hints = options.hints >>> 0;
      if ((hints & ~ALL_HINTS) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', hints);
    }
    if (options.family != null) {
      if (options.family === 'IPv4') family = 4;
      else if (options.family === 'IPv6') family = 6;
      else {
        validateOneOf(options.family, 'options.family', [0, 4, 6]);
        family = options.family;
      }
    }
    if (options.all != null) {
      validateBoolean(options.all, 'options.all');
      all = options.all;
    }
    if (options.verbatim != null) {
      validateBoolean(options.verbatim, 'options.verbatim');
      order = options.verbatim ? 'verbatim' : 'ipv4first';
    }
    if (options.order != null) {
      validateOneOf(options.order, 'options.order', ['ipv4first', 'ipv6first', 'verbatim']);
      order = options.order;
    }
  }
  return { family, hints, all, order };
}

function sortAddresses(addresses, order) {
  const list = addresses.map((address) => ({ address, family: isIP(address) }));
  if (order === 'verbatim') return list;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...list.filter(({ family }) => family === first), ...list.filter(({ family }) => family !== first)];
}

/** dns.lookup(hostname[, options], callback) */
function lookup(hostname, options, callback) {
  if (hostname) validateString(hostname, 'hostname');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  if (typeof options !== 'function') validateFunction(callback, 'callback');
  const { family, hints, all, order } = parseOptions(options);
  if (!hostname) {
    if (hostname !== undefined && hostname !== null && hostname !== '' && hostname !== false)
      throw new ERR_INVALID_ARG_VALUE('hostname', hostname);
    warnOfEmptyName(hostname);
    nextTick(callback, null, ...(all ? [[]] : [null, family === 6 ? 6 : 4]));
    return {};
  }
  const matched = isIP(hostname);
  if (matched) {
    nextTick(callback, null, ...(all ? [[{ address: hostname, family: matched }]] : [hostname, matched]));
    return {};
  }
  native.getaddrinfo(hostname, family, hints, (error, addresses) => {
    const failure = error ?? failureOf(addresses, 'getaddrinfo', hostname);
    if (failure !== undefined) {
      callback(failure);
      return;
    }
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

function warnOfEmptyName(hostname) {
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
  if (arguments.length !== 3) throw new codes.ERR_MISSING_ARGS('address', 'port', 'callback');
  if (isIP(`${address}`) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
  validateFunction(callback, 'callback');
  native.getnameinfo(address, Number(port), (error, result) => {
    const failure = error ?? failureOf(result, 'getnameinfo', address);
    if (failure !== undefined) callback(failure);
    else callback(null, result[0], result[1]);
  });
  return {};
}
Object.defineProperty(lookupService, kCustomPromisifyArgs, {
  __proto__: null,
  value: ['hostname', 'service'],
  enumerable: false,
});

const ERROR_CODES = {
  NODATA: 'ENODATA',
  FORMERR: 'EFORMERR',
  SERVFAIL: 'ESERVFAIL',
  NOTFOUND: 'ENOTFOUND',
  NOTIMP: 'ENOTIMP',
  REFUSED: 'EREFUSED',
  BADQUERY: 'EBADQUERY',
  BADNAME: 'EBADNAME',
  BADFAMILY: 'EBADFAMILY',
  BADRESP: 'EBADRESP',
  CONNREFUSED: 'ECONNREFUSED',
  TIMEOUT: 'ETIMEOUT',
  EOF: 'EOF',
  FILE: 'EFILE',
  NOMEM: 'ENOMEM',
  DESTRUCTION: 'EDESTRUCTION',
  BADSTR: 'EBADSTR',
  BADFLAGS: 'EBADFLAGS',
  NONAME: 'ENONAME',
  BADHINTS: 'EBADHINTS',
  NOTINITIALIZED: 'ENOTINITIALIZED',
  LOADIPHLPAPI: 'ELOADIPHLPAPI',
  ADDRGETNETWORKPARAMS: 'EADDRGETNETWORKPARAMS',
  CANCELLED: 'ECANCELLED',
};

const notThere = (name) =>
  ({
    [name]() {
      throw new ERR_METHOD_NOT_IMPLEMENTED(`dns.${name}`);
    },
  })[name];

class Resolver {
  constructor() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('dns.Resolver');
  }
}

const QUERIES = [
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'resolveCaa',
  'resolveCname',
  'resolveMx',
  'resolveNaptr',
  'resolveNs',
  'resolvePtr',
  'resolveSoa',
  'resolveSrv',
  'resolveTlsa',
  'resolveTxt',
  'reverse',
  'getServers',
  'setServers',
];

module.exports = {
  lookup,
  lookupService,
  Resolver,
  getDefaultResultOrder,
  setDefaultResultOrder,
  ADDRCONFIG: native.AI_ADDRCONFIG,
  ALL: native.AI_ALL,
  V4MAPPED: native.AI_V4MAPPED,
  ...ERROR_CODES,
};
for (const name of QUERIES) module.exports[name] = notThere(name);
Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  get: () => require('dns/promises'),
  configurable: true,
  enumerable: true,
});
Object.defineProperty(module.exports, 'ERROR_CODES', { __proto__: null, value: ERROR_CODES, enumerable: false });
