'use strict';

/** process.binding and its relatives: what is left of Node's past. */

const { validateString } = require('errors/validators');

function noSuchModule(name) {
  const {
    codes: { ERR_INVALID_MODULE },
  } = require('errors/errors');
  return new ERR_INVALID_MODULE(name);
}

/** The few names that programs still ask for, made of public modules. */
const substitutes = {
  __proto__: null,
  constants: () => {
    const os = require('os/os').constants;
    return {
      os: { ...os },
      fs: { ...require('fs/fs').constants },
      crypto: {},
      zlib: {},
      trace: {},
    };
  },
  natives: () => ({ __proto__: null }),
  util: () => require('util/types'),
  config: () => ({ hasIntl: true, hasInspector: true, hasOpenSSL: true, fipsMode: false }),
  uv: () => {
    const { errno } = require('os/os').constants;
    const table = {};
    for (const [name, number] of Object.entries(errno)) table[`UV_${name}`] = -number;
    table.errname = (code) => require('util/util').getSystemErrorName(code);
    return table;
  },
};

let deprecationEmitted = false;

/** @deprecated DEP0111 */
function processBinding(name) {
  name = String(name);
  const make = substitutes[name];
  if (make === undefined) {
    const error = noSuchModule(name);
    throw error;
  }
  if (!deprecationEmitted && require('process/option')('--pending-deprecation')) {
    deprecationEmitted = true;
    process.emitWarning("Access to process.binding('" + name + "') is deprecated.", 'DeprecationWarning', 'DEP0111');
  }
  return make();
}

function linkedBinding(name) {
  name = String(name);
  throw noSuchModule(name);
}

/** @returns {object|undefined} the public module `id`, when there is one */
function getBuiltinModule(id) {
  validateString(id, 'id');
  const { PUBLIC, SCHEME_ONLY } = require('modules/public_names');
  const hasScheme = id.startsWith('node:');
  const name = hasScheme ? id.slice(5) : id;
  const internalId = PUBLIC[name] ?? (hasScheme ? SCHEME_ONLY[name] : undefined);
  if (internalId === undefined || !binding('engine').builtinIds().includes(internalId)) return undefined;
  return require(internalId);
}

module.exports = { processBinding, linkedBinding, getBuiltinModule };
