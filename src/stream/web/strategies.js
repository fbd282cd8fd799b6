// CountQueuingStrategy and ByteLengthQueuingStrategy.
'use strict';

const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { customInspect, describeClass, kInspect, kState, stateOf } = require('stream/web/common');

class CountState {
  constructor(highWaterMark) {
    this.highWaterMark = highWaterMark;
  }
}

class ByteLengthState {
  constructor(highWaterMark) {
    this.highWaterMark = highWaterMark;
  }
}

function highWaterMarkOf(init) {
  validateObject(init, 'init');
  if (init.highWaterMark === undefined) throw new codes.ERR_MISSING_OPTION('init.highWaterMark');
  return +init.highWaterMark;
}

// One function for all strategies of a class, as the standard has it.
const countSize = Object.defineProperty(() => 1, 'name', { __proto__: null, value: 'size', configurable: true });
const byteLengthSize = Object.defineProperty((chunk) => chunk.byteLength, 'name', {
  __proto__: null,
  value: 'size',
  configurable: true,
});

class ByteLengthQueuingStrategy {
  /** @param {{highWaterMark: number}} init */
  constructor(init) {
    this[kState] = new ByteLengthState(highWaterMarkOf(init));
  }

  get highWaterMark() {
    return stateOf(this, ByteLengthState, 'ByteLengthQueuingStrategy').highWaterMark;
  }

  get size() {
    stateOf(this, ByteLengthState, 'ByteLengthQueuingStrategy');
    return byteLengthSize;
  }

  [kInspect](depth, options) {
    return customInspect.call(this, depth, options, this.constructor.name, { highWaterMark: this.highWaterMark });
  }
}
describeClass(ByteLengthQueuingStrategy, ['highWaterMark', 'size']);

class CountQueuingStrategy {
  /** @param {{highWaterMark: number}} init */
  constructor(init) {
    this[kState] = new CountState(highWaterMarkOf(init));
  }

  get highWaterMark() {
    return stateOf(this, CountState, 'CountQueuingStrategy').highWaterMark;
  }

  get size() {
    stateOf(this, CountState, 'CountQueuingStrategy');
    return countSize;
  }

  [kInspect](depth, options) {
    return customInspect.call(this, depth, options, this.constructor.name, { highWaterMark: this.highWaterMark });
  }
}
describeClass(CountQueuingStrategy, ['highWaterMark', 'size']);

module.exports = { ByteLengthQueuingStrategy, CountQueuingStrategy };
