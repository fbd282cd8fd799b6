// dns.Resolver and dns.promises.Resolver: questions to name servers.
'use strict';

const { codes, DNSException } = require('errors/errors');
const {
  validateArray,
  validateFunction,
  validateInt32,
  validatePort,
  validateString,
  validateUint32,
} = require('errors/validators');
const { TYPES, shape } = require('dns/records');
const { measure } = require('dns/measure');
const { toASCII } = require('dns/lookup');

const native = binding('dns');
const { isIP } = binding('net');
const { ERR_DNS_SET_SERVERS_FAILED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_IP_ADDRESS } = codes;

const UV_EINVAL = -22;

/** What is common to both kinds of Resolver. */
class ResolverBase {
  constructor(options) {
    const timeout = options?.timeout === undefined ? -1 : options.timeout;
    validateInt32(timeout, 'options.timeout', -1);
    const tries = options?.tries === undefined ? 4 : options.tries;
    validateInt32(tries, 'options.tries', 1);
    const maxTimeout = options?.maxTimeout === undefined ? 0 : options.maxTimeout;
    validateUint32(maxTimeout, 'options.maxTimeout');
    this._handle = new native.ChannelWrap(timeout, tries, maxTimeout);
  }

  /** Open questions end with ECANCELLED. */
  cancel() {
    this._handle.cancel();
  }

  /** @returns {string[]} */
  getServers() {
    return this._handle.getServers() || [];
  }

  /** @param {string[]} servers addresses, each with a port if it is not 53 */
  setServers(servers) {
    validateArray(servers, 'servers');
    const list = [];
    // Holes are left out; a getter may change the array meanwhile.
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`);
      list.push(...parseServer(server));
    });
    const failure = this._handle.setServers(list);
    if (failure !== '') throw new ERR_DNS_SET_SERVERS_FAILED(failure, servers);
  }

  /** Where questions leave from: one address of each family at most. */
  setLocalAddress(ipv4, ipv6) {
    validateString(ipv4, 'ipv4');
    if (ipv6 !== undefined) validateString(ipv6, 'ipv6');
    const wrong = this._handle.setLocalAddress(ipv4, ipv6);
    if (wrong === 0) return;
    const reasons = ['Invalid IP address.', 'Cannot specify two IPv4 addresses.', 'Cannot specify two IPv6 addresses.'];
    const error = new TypeError(reasons[wrong - 1]);
    error.code = 'ERR_INVALID_ARG_VALUE';
    throw error;
  }
}

/** [address, port] of "1.2.3.4", "1.2.3.4:5", "::1", "[::1]" and "[::1]:5". */
function parseServer(server) {
  const plain = isIP(server);
  if (plain !== 0) return [withoutZone(server), 0];
  const end = server.startsWith('[') ? server.indexOf(']') : server.lastIndexOf(':');
  const address = server.startsWith('[') ? server.slice(1, end) : server.slice(0, end);
  const rest = server.startsWith('[') ? server.slice(end + 1) : server.slice(end);
  const family = end < 0 ? 0 : isIP(address);
  // Only brackets may hold what has colons itself.
  if (family === 0 || (family === 6 && !server.startsWith('[')) || !/^(?::\d*)?$/.test(rest))
    throw new ERR_INVALID_IP_ADDRESS(server);
  const port = rest.length > 1 ? Number(rest.slice(1)) : 0;
  validatePort(port);
  return [withoutZone(address), port];
}

const withoutZone = (address) => address.split('%', 1)[0];

/** What the functions with callbacks return. */
class QueryReqWrap {}

/**
 * Asks `resolver` and calls `onDone(error)` or `onDone(null, result)`.
 * @param {ResolverBase} resolver
 * @param {{bindingName: string, type?: string}} question
 */
function ask(resolver, { bindingName, type }, name, withTtl, onDone) {
  const done = measure(bindingName);
  const finish = (code, answer) => {
    const result = code !== null || type === undefined ? answer : shape(type, answer, withTtl);
    const failure = code ?? result.code;
    if (typeof failure === 'string') {
      onDone(new DNSException(failure, bindingName, name));
      return;
    }
    done?.(() => ({ host: name, ttl: withTtl, result }));
    onDone(null, result);
  };
  const asked =
    type === undefined
      ? resolver._handle.getHostByAddr(name, finish)
      : resolver._handle.query(toASCII(name), TYPES[type], finish);
  return asked === false ? new DNSException(UV_EINVAL, bindingName, name) : undefined;
}

/** Each method with its question: the name that Node gives it, and the type of record. */
const QUESTIONS = {
  __proto__: null,
  resolveAny: { bindingName: 'queryAny', type: 'ANY' },
  resolve4: { bindingName: 'queryA', type: 'A' },
  resolve6: { bindingName: 'queryAaaa', type: 'AAAA' },
  resolveCaa: { bindingName: 'queryCaa', type: 'CAA' },
  resolveCname: { bindingName: 'queryCname', type: 'CNAME' },
  resolveMx: { bindingName: 'queryMx', type: 'MX' },
  resolveNs: { bindingName: 'queryNs', type: 'NS' },
  resolveTlsa: { bindingName: 'queryTlsa', type: 'TLSA' },
  resolveTxt: { bindingName: 'queryTxt', type: 'TXT' },
  resolveSrv: { bindingName: 'querySrv', type: 'SRV' },
  resolvePtr: { bindingName: 'queryPtr', type: 'PTR' },
  resolveNaptr: { bindingName: 'queryNaptr', type: 'NAPTR' },
  resolveSoa: { bindingName: 'querySoa', type: 'SOA' },
  reverse: { bindingName: 'getHostByAddr' },
};

const BY_TYPE = { __proto__: null };
for (const [method, { type }] of Object.entries(QUESTIONS)) if (type !== undefined) BY_TYPE[type] = method;

class Resolver extends ResolverBase {}

class PromiseResolver extends ResolverBase {}
Object.defineProperty(PromiseResolver, 'name', { __proto__: null, value: 'Resolver', configurable: true });

function define(target, name, method) {
  Object.defineProperty(target.prototype, name, {
    __proto__: null,
    value: method,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function named(name, fn) {
  return Object.defineProperty(fn, 'name', { __proto__: null, value: name, configurable: true });
}

for (const [method, question] of Object.entries(QUESTIONS)) {
  const { bindingName } = question;
  const withCallback = function (name, options /* , callback */) {
    const callback = arguments.length > 2 ? arguments[2] : options;
    validateString(name, 'name');
    validateFunction(callback, 'callback');
    const ttl = Boolean(arguments.length > 2 && options?.ttl);
    const error = ask(this, question, name, ttl, callback);
    if (error !== undefined) throw error;
    return Object.assign(new QueryReqWrap(), { bindingName, callback, hostname: name, ttl });
  };
  const withPromise = function (name, options) {
    validateString(name, 'name');
    const ttl = Boolean(options?.ttl);
    return new Promise((resolve, reject) => {
      const failed = ask(this, question, name, ttl, (error, result) => (error ? reject(error) : resolve(result)));
      if (failed !== undefined) reject(failed);
    });
  };
  define(Resolver, method, named(bindingName, withCallback));
  define(PromiseResolver, method, named(bindingName, withPromise));
}

function methodOf(rrtype) {
  const method = BY_TYPE[rrtype];
  if (method === undefined) throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype);
  return method;
}

function resolve(hostname, rrtype, callback) {
  if (typeof rrtype === 'string') return this[methodOf(rrtype)](hostname, callback);
  if (typeof rrtype === 'function') return this.resolve4(hostname, rrtype);
  throw new ERR_INVALID_ARG_TYPE('rrtype', 'string', rrtype);
}
define(Resolver, 'resolve', resolve);

function resolvePromise(hostname, rrtype) {
  if (rrtype === undefined) return this.resolve4(hostname);
  validateString(rrtype, 'rrtype');
  return this[methodOf(rrtype)](hostname);
}
define(PromiseResolver, 'resolve', named('resolve', resolvePromise));

const METHODS = ['getServers', 'resolve', ...Object.keys(QUESTIONS)].sort((a, b) =>
  a === 'getServers' ? -1 : b === 'getServers' ? 1 : a < b ? -1 : 1,
);

// The resolver behind the module's own functions: one for both kinds, made on first use.
let shared;

const sharedResolver = () => (shared ??= new ResolverBase());

/** The module's own function that asks the shared resolver, of `Kind`'s method. */
function sharedFunction(Kind, method) {
  const target = Kind.prototype[method];
  const fn = {
    [`bound ${target.name}`](...args) {
      return Reflect.apply(target, withMethods(Kind), args);
    },
  }[`bound ${target.name}`];
  return Object.defineProperty(fn, 'length', { __proto__: null, value: target.length, configurable: true });
}

/** The shared resolver with the methods of a kind, which `resolve` needs. */
function withMethods(Kind) {
  return Object.setPrototypeOf({ _handle: sharedResolver()._handle }, Kind.prototype);
}

/** New servers are for what is asked from now on: open questions stay with the old resolver. */
function defaultResolverSetServers(servers) {
  const resolver = new ResolverBase();
  resolver.setServers(servers);
  shared = resolver;
}

/** getServers, resolve, resolve4, ... as a module exports them. */
function sharedFunctions(Kind) {
  return Object.fromEntries(METHODS.map((method) => [method, sharedFunction(Kind, method)]));
}

module.exports = { PromiseResolver, Resolver, defaultResolverSetServers, sharedFunctions };
