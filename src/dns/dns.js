// node:dns: https://nodejs.org/api/dns.html
'use strict';

const lookup = require('dns/lookup');
const errors = require('dns/errors');
const { Resolver, defaultResolverSetServers, sharedFunctions } = require('dns/resolver');

const { AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED } = binding('dns');

module.exports = {
  lookup: lookup.lookup,
  lookupService: lookup.lookupService,
  Resolver,
  getDefaultResultOrder: lookup.getDefaultResultOrder,
  setDefaultResultOrder: lookup.setDefaultResultOrder,
  setServers: defaultResolverSetServers,
  ADDRCONFIG: AI_ADDRCONFIG,
  ALL: AI_ALL,
  V4MAPPED: AI_V4MAPPED,
  ...errors,
  ...sharedFunctions(Resolver),
};
Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  get: () => require('dns/promises'),
  configurable: true,
  enumerable: true,
});
