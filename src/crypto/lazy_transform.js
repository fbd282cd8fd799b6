// Streams that are seldom used as such: a hash, a signature or a cipher is made, fed and asked in one go, by far most of
// the time. The stream's state comes into being when somebody touches it.
'use strict';

const { Transform } = require('stream/stream');

/** @param {object} [options] for stream.Transform, when it comes to that */
function LazyTransform(options) {
  this._options = options;
}
Object.setPrototypeOf(LazyTransform.prototype, Transform.prototype);
Object.setPrototypeOf(LazyTransform, Transform);

for (const name of ['_readableState', '_writableState']) {
  Object.defineProperty(LazyTransform.prototype, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      if (this === LazyTransform.prototype) return undefined;
      Transform.call(this, this._options); // its assignments arrive at the setter below
      return this[name];
    },
    set(value) {
      Object.defineProperty(this, name, {
        __proto__: null,
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  });
}

module.exports = { LazyTransform };
