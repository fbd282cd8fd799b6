// Deep equality: assert.deepEqual, deepStrictEqual, partialDeepStrictEqual, util.isDeepStrictEqual.
// https://nodejs.org/api/assert.html#assertdeepstrictequalactual-expected-message
'use strict';

const types = require('util/types');

const { getOwnNonIndexProperties } = binding('types');

const LOOSE = 0;
const STRICT = 1;
const PARTIAL = 2;

const { hasOwn } = Object;
const isEnumerable = (object, key) => Object.prototype.propertyIsEnumerable.call(object, key);

/** State of one comparison. `pairs`, `partners`: actual -> expected of the objects on the way down, and back: for cycles. */
class Comparison {
  constructor(mode, skipPrototype) {
    this.mode = mode;
    this.skipPrototype = skipPrototype;
    this.pairs = new Map();
    this.partners = new Map();
  }

  equal(a, b) {
    if (a === b) return a !== 0 || this.mode === LOOSE || Object.is(a, b);
    const { mode } = this;
    if (mode !== LOOSE) {
      if (typeof a === 'number') return Number.isNaN(a) && Number.isNaN(b);
      if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
      if (mode === STRICT && !this.skipPrototype && !sameKind(a, b)) return false;
    } else {
      if (a === null || typeof a !== 'object') {
        return (b === null || typeof b !== 'object') && (a == b || (Number.isNaN(a) && Number.isNaN(b)));
      }
      if (b === null || typeof b !== 'object') return false;
    }
    return this.objectsEqual(a, b);
  }

  objectsEqual(a, b) {
    const { mode } = this;
    const tagA = Object.prototype.toString.call(a);
    const tagB = Object.prototype.toString.call(b);
    if (tagA !== tagB) return false;

    if (Array.isArray(a)) {
      if (!Array.isArray(b) || (mode !== PARTIAL ? a.length !== b.length : a.length < b.length)) return false;
      if (mode === PARTIAL) return this.descend(a, b, () => this.partialArray(a, b));
      const skipSymbols = mode === LOOSE;
      const keysA = nonIndexKeys(a, skipSymbols);
      const keysB = nonIndexKeys(b, skipSymbols);
      if (keysA.length !== keysB.length) return false;
      return this.descend(a, b, () => this.arrayItems(a, b) && this.keysEqual(a, b, keysA));
    }
    // Most objects that differ differ in this, and asking is cheap.
    if (mode !== PARTIAL && Object.keys(a).length !== Object.keys(b).length) return false;
    if (tagA === '[object Object]' && !types.isMap(a) && !types.isSet(a) && !isSpecial(a) && !isSpecial(b))
      return this.keyed(a, b);
    if (types.isDate(a)) {
      if (!types.isDate(b)) return false;
      const x = Date.prototype.getTime.call(a);
      const y = Date.prototype.getTime.call(b);
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
    } else if (types.isRegExp(a)) {
      if (!types.isRegExp(b) || a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex)
        return false;
    } else if (types.isNativeError(a) || a instanceof Error) {
      if ((!types.isNativeError(b) && !(b instanceof Error)) || !this.errorsEqual(a, b)) return false;
    } else if (ArrayBuffer.isView(a)) {
      if (!ArrayBuffer.isView(b) || kindOfView(a) !== kindOfView(b)) return false;
      if (!this.viewsEqual(a, b)) return false;
      const keysA = nonIndexKeys(a, mode === LOOSE);
      const keysB = nonIndexKeys(b, mode === LOOSE);
      if (mode === PARTIAL) return this.descend(a, b, () => this.keysEqual(a, b, keysB));
      if (keysA.length !== keysB.length) return false;
      return this.descend(a, b, () => this.keysEqual(a, b, keysA));
    } else if (types.isSet(a)) {
      if (!types.isSet(b) || (mode !== PARTIAL ? a.size !== b.size : a.size < b.size)) return false;
      return this.descend(a, b, () => this.setsEqual(a, b) && this.ownKeys(a, b));
    } else if (types.isMap(a)) {
      if (!types.isMap(b) || (mode !== PARTIAL ? a.size !== b.size : a.size < b.size)) return false;
      return this.descend(a, b, () => this.mapsEqual(a, b) && this.ownKeys(a, b));
    } else if (types.isAnyArrayBuffer(a)) {
      if (!types.isAnyArrayBuffer(b) || !bytesEqual(new Uint8Array(a), new Uint8Array(b), mode)) return false;
    } else if (types.isBoxedPrimitive(a)) {
      if (!boxedEqual(a, b)) return false;
    } else if (
      types.isBoxedPrimitive(b) ||
      Array.isArray(b) ||
      ArrayBuffer.isView(b) ||
      types.isSet(b) ||
      types.isMap(b) ||
      types.isDate(b) ||
      types.isRegExp(b) ||
      types.isAnyArrayBuffer(b) ||
      types.isNativeError(b)
    ) {
      return false;
    } else if (types.isWeakMap(a) || types.isWeakSet(a) || types.isPromise(a)) {
      return false; // they cannot be looked into: only the same one is equal
    } else if (tagA === '[object KeyObject]' && types.isKeyObject(a)) {
      if (!types.isKeyObject(b) || !a.equals(b)) return false;
    } else if (tagA === '[object CryptoKey]' && types.isCryptoKey(a)) {
      if (!types.isCryptoKey(b) || !this.cryptoKeysEqual(a, b)) return false;
    } else {
      const { isURL } = require('url/whatwg');
      if (isURL?.(a) && a.constructor?.name === 'URL') {
        if (!isURL(b) || a.href !== b.href) return false;
      }
    }
    return this.keyed(a, b);
  }

  cryptoKeysEqual(a, b) {
    const { KeyObject } = require('crypto/keys');
    return (
      a.extractable === b.extractable &&
      this.equal(a.algorithm, b.algorithm) &&
      this.equal(a.usages, b.usages) &&
      KeyObject.from(a).equals(KeyObject.from(b))
    );
  }

  errorsEqual(a, b) {
    for (const key of ['message', 'name', 'cause', 'errors']) {
      // These are compared although they are not enumerable.
      const enumA = isEnumerable(a, key);
      if (enumA !== isEnumerable(b, key) && this.mode !== PARTIAL) return false;
      if (enumA) continue;
      if (key === 'cause' || key === 'errors') {
        if (this.mode === PARTIAL ? !hasOwn(b, key) : !hasOwn(a, key) && !hasOwn(b, key)) continue;
        if (hasOwn(a, key) !== hasOwn(b, key)) return false;
      } else if (this.mode === PARTIAL && (b[key] === undefined || (key === 'message' && b[key] === ''))) {
        continue;
      }
      if (!this.descend(a, b, () => this.equal(a[key], b[key]))) return false;
    }
    return true;
  }

  viewsEqual(a, b) {
    if (this.mode === LOOSE && (types.isFloat32Array(a) || types.isFloat64Array(a) || types.isFloat16Array(a))) {
      // 0 and -0 are the same loosely, NaN is not even itself.
      if (a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
      return true;
    }
    if (this.mode === PARTIAL && kindOfView(a) !== undefined) return isSubsequence(a, b);
    return bytesEqual(
      new Uint8Array(a.buffer, a.byteOffset, a.byteLength),
      new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
      this.mode,
    );
  }

  ownKeys(a, b) {
    const { mode } = this;
    const keysB = enumerableKeys(b, mode === LOOSE);
    if (mode === PARTIAL) return this.keysEqual(a, b, keysB);
    const keysA = enumerableKeys(a, mode === LOOSE);
    return keysA.length === keysB.length && this.keysEqual(a, b, keysA);
  }

  keyed(a, b) {
    const { mode } = this;
    const keysB = enumerableKeys(b, mode === LOOSE);
    let keys = keysB;
    if (mode !== PARTIAL) {
      keys = enumerableKeys(a, mode === LOOSE);
      if (keys.length !== keysB.length) return false;
      for (const key of keys) if (!isEnumerable(b, key)) return false;
    } else {
      for (const key of keys) if (!isEnumerable(a, key)) return false;
    }
    if (keys.length === 0) return true;
    return this.descend(a, b, () => this.keysEqual(a, b, keys));
  }

  keysEqual(a, b, keys) {
    for (const key of keys) {
      if (this.mode === PARTIAL ? !isEnumerable(a, key) : !hasOwn(b, key)) return false;
      if (!this.equal(a[key], b[key])) return false;
    }
    return true;
  }

  arrayItems(a, b) {
    for (let i = 0; i < a.length; i++) {
      const has = hasOwn(a, i);
      if (has !== hasOwn(b, i)) return false; // a hole is not undefined
      if (has && !this.equal(a[i], b[i])) return false;
    }
    return true;
  }

  /** Every item of b is in a, in the same order. */
  partialArray(a, b) {
    let at = 0;
    for (let i = 0; i < b.length; i++) {
      if (!hasOwn(b, i)) continue; // a hole asks for nothing
      let found = false;
      while (at < a.length && !found) {
        found = hasOwn(a, at) === hasOwn(b, i) && this.equal(a[at], b[i]);
        at++;
      }
      if (!found) return false;
    }
    return this.keysEqual(a, b, nonIndexKeys(b, false));
  }

  setsEqual(a, b) {
    let rest = null;
    for (const value of b) {
      if (a.has(value)) continue;
      if ((typeof value !== 'object' || value === null) && this.mode !== LOOSE) return false;
      (rest ??= []).push(value);
    }
    if (rest === null) return true;
    // Objects, and loosely equal primitives, must be searched for.
    const candidates = [];
    for (const value of a) if (!b.has(value)) candidates.push(value);
    return this.match(rest, candidates, (expected, actual) => this.equal(actual, expected));
  }

  mapsEqual(a, b) {
    let rest = null;
    for (const [key, value] of b) {
      const isObject = typeof key === 'object' && key !== null;
      if (!isObject && a.has(key) && (this.mode !== LOOSE || this.equal(a.get(key), value))) {
        if (!this.equal(a.get(key), value)) return false;
        continue;
      }
      if (isObject && a.has(key) && this.equal(a.get(key), value)) continue;
      if (!isObject && this.mode !== LOOSE) return false;
      (rest ??= []).push([key, value]);
    }
    if (rest === null) return true;
    const candidates = [...a].filter(([key, value]) => !(b.has(key) && this.equal(value, b.get(key))));
    return this.match(
      rest,
      candidates,
      ([keyB, valueB], [keyA, valueA]) => this.equal(keyA, keyB) && this.equal(valueA, valueB),
    );
  }

  /** Finds a partner of its own for each of `wanted`. */
  match(wanted, candidates, same) {
    const free = new Set(candidates);
    for (const each of wanted) {
      let isFound = false;
      for (const candidate of free) {
        isFound = same(each, candidate);
        if (!isFound) continue;
        free.delete(candidate);
        break;
      }
      if (!isFound) return false;
    }
    return this.mode === PARTIAL || free.size === 0;
  }

  /** Looks into a pair of objects; within one that is being looked into already, it must meet the same partner. */
  descend(a, b, compare) {
    const { pairs, partners } = this;
    if (pairs.has(a) || partners.has(b)) return pairs.get(a) === b;
    pairs.set(a, b);
    partners.set(b, a);
    const result = compare();
    pairs.delete(a);
    partners.delete(b);
    return result;
  }
}

// An own `constructor` that is one of these is believed.
const trustedConstructors = new Set([
  ...[Array, ArrayBuffer, Boolean, DataView, Date, Error, Map, Number, Object, RegExp, Set, String],
  ...[BigInt64Array, BigUint64Array, Float16Array, Float32Array, Float64Array, Int16Array, Int32Array, Int8Array],
  ...[Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray],
]);

/** Strictly, objects of one constructor are of one kind; where that says nothing, those with the same prototype. */
function sameKind(a, b) {
  const { constructor } = a;
  if (trustedConstructors.has(constructor) || (constructor !== undefined && !hasOwn(a, 'constructor')))
    return constructor === b.constructor;
  return Object.getPrototypeOf(a) === Object.getPrototypeOf(b);
}

/** "Uint8Array" and so on, whatever the object says of itself; undefined for a DataView. */
const kindOfView = (view) => typedArrayTag.call(view);
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

function isSpecial(value) {
  return (
    types.isBoxedPrimitive(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isNativeError(value) ||
    value instanceof Error ||
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value)
  );
}

/** Whether all of b is in a, in this order. */
function isSubsequence(a, b) {
  let at = 0;
  for (let i = 0; i < a.length && at < b.length; i++) if (Object.is(a[i], b[at])) at++;
  return at === b.length;
}

function bytesEqual(a, b, mode) {
  if (mode === PARTIAL ? a.length < b.length : a.length !== b.length) return false;
  if (mode === PARTIAL) return isSubsequence(a, b);
  const { Buffer } = require('buffer/buffer');
  return Buffer.compare(a, b) === 0;
}

function boxedEqual(a, b) {
  if (types.isNumberObject(a))
    return types.isNumberObject(b) && Object.is(Number.prototype.valueOf.call(a), Number.prototype.valueOf.call(b));
  if (types.isStringObject(a))
    return types.isStringObject(b) && String.prototype.valueOf.call(a) === String.prototype.valueOf.call(b);
  if (types.isBooleanObject(a))
    return types.isBooleanObject(b) && Boolean.prototype.valueOf.call(a) === Boolean.prototype.valueOf.call(b);
  if (types.isBigIntObject(a))
    return types.isBigIntObject(b) && BigInt.prototype.valueOf.call(a) === BigInt.prototype.valueOf.call(b);
  return types.isSymbolObject(b) && Symbol.prototype.valueOf.call(a) === Symbol.prototype.valueOf.call(b);
}

function enumerableKeys(object, skipSymbols) {
  const keys = Object.keys(object);
  if (!skipSymbols)
    for (const symbol of Object.getOwnPropertySymbols(object)) if (isEnumerable(object, symbol)) keys.push(symbol);
  return keys;
}

function nonIndexKeys(object, skipSymbols) {
  const keys = getOwnNonIndexProperties(object, true);
  return skipSymbols ? keys.filter((key) => typeof key !== 'symbol') : keys;
}

module.exports = {
  isDeepEqual: (a, b) => new Comparison(LOOSE, false).equal(a, b),
  isDeepStrictEqual: (a, b, skipPrototype = false) => new Comparison(STRICT, skipPrototype).equal(a, b),
  isPartialStrictEqual: (a, b) => new Comparison(PARTIAL, false).equal(a, b),
};
