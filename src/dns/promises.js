// node:dns/promises
'use strict';

const dns = require('dns/dns');

/** @returns {Promise<{address: string, family: number} | {address: string, family: number}[]>} */
function lookup(hostname, options) {
  return new Promise((resolve, reject) => {
    dns.lookup(hostname, options ?? {}, (error, address, family) => {
      if (error) reject(error);
      else resolve(Array.isArray(address) ? address : { address, family });
    });
  });
}

/** @returns {Promise<{hostname: string, service: string}>} */
function lookupService(address, port) {
  if (arguments.length !== 2) throw new (require('errors/errors').codes.ERR_MISSING_ARGS)('address', 'port');
  return new Promise((resolve, reject) => {
    dns.lookupService(address, port, (error, hostname, service) =>
      error ? reject(error) : resolve({ hostname, service }),
    );
  });
}

module.exports = { ...dns, lookup, lookupService };
delete module.exports.promises;
