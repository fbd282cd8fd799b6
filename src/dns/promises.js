// node:dns/promises: https://nodejs.org/api/dns.html#dns-promises-api
'use strict';

const { codes } = require('errors/errors');
const system = require('dns/lookup');
const errors = require('dns/errors');
const { PromiseResolver, defaultResolverSetServers, sharedFunctions } = require('dns/resolver');

/**
 * What is wrong with the arguments is thrown at once, not in the promise.
 * @returns {Promise<{address: string, family: number} | {address: string, family: number}[]>}
 */
function lookup(hostname, options) {
  const { promise, resolve, reject } = Promise.withResolvers();
  system.lookup(hostname, options ?? {}, (error, address, family) => {
    if (error) reject(error);
    else resolve(Array.isArray(address) ? address : { address, family });
  });
  return promise;
}

/** @returns {Promise<{hostname: string, service: string}>} */
function lookupService(address, port) {
  if (arguments.length !== 2) throw new codes.ERR_MISSING_ARGS('address', 'port');
  const { promise, resolve, reject } = Promise.withResolvers();
  system.lookupService(address, port, (error, hostname, service) => {
    if (error) reject(error);
    else resolve({ hostname, service });
  });
  return promise;
}

module.exports = {
  lookup,
  lookupService,
  Resolver: PromiseResolver,
  getDefaultResultOrder: system.getDefaultResultOrder,
  setDefaultResultOrder: system.setDefaultResultOrder,
  setServers: defaultResolverSetServers,
  ...errors,
  ...sharedFunctions(PromiseResolver),
};
