// The interface Crypto, of which there is one object: https://w3c.github.io/webcrypto/#crypto-interface
'use strict';

const { codes } = require('errors/errors');
const random = require('crypto/random');
const { SubtleCrypto, getSubtle } = require('crypto/webcrypto/subtle');

const kMake = Symbol('kMake');
let isCrypto;

class Crypto {
  #real = true;

  static {
    isCrypto = (value) => typeof value === 'object' && value !== null && #real in value;
  }

  constructor(token) {
    if (token !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }

  get subtle() {
    if (!isCrypto(this)) throw new codes.ERR_INVALID_THIS('Crypto');
    return getSubtle();
  }

  getRandomValues(array) {
    if (!isCrypto(this)) throw new codes.ERR_INVALID_THIS('Crypto');
    const { requiredArguments } = require('crypto/webcrypto/webidl');
    requiredArguments(arguments.length, 1, "Failed to execute 'getRandomValues' on 'Crypto'");
    return random.getRandomValues(array);
  }

  randomUUID(options = undefined) {
    if (!isCrypto(this)) throw new codes.ERR_INVALID_THIS('Crypto');
    return random.randomUUID(options);
  }
}
for (const name of ['subtle', 'getRandomValues', 'randomUUID'])
  Object.defineProperty(Crypto.prototype, name, { __proto__: null, enumerable: true });
Object.defineProperty(Crypto, 'length', { __proto__: null, value: 0 });
Object.defineProperty(Crypto.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'Crypto' });

module.exports = { Crypto, SubtleCrypto, crypto: new Crypto(kMake) };
