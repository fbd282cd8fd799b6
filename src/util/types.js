// util.types: https://nodejs.org/api/util.html#utiltypes
'use strict';

const native = binding('types');

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;
const tagOf = Function.prototype.call.bind(typedArrayTag);

// Functions of C++ have no length, as Node's do not.
for (const name of Object.keys(native))
  Object.defineProperty(native[name], 'length', { __proto__: null, value: 0, configurable: true });

const types = {
  isExternal: native.isExternal,
  isDate: native.isDate,
  isArgumentsObject: native.isArgumentsObject,
  isBigIntObject: native.isBigIntObject,
  isBooleanObject: native.isBooleanObject,
  isNumberObject: native.isNumberObject,
  isStringObject: native.isStringObject,
  isSymbolObject: native.isSymbolObject,
  isBoxedPrimitive: native.isBoxedPrimitive,
  isNativeError: native.isNativeError,
  isRegExp: native.isRegExp,
  isAsyncFunction: native.isAsyncFunction,
  isGeneratorFunction: native.isGeneratorFunction,
  isGeneratorObject: native.isGeneratorObject,
  isPromise: native.isPromise,
  isMap: native.isMap,
  isSet: native.isSet,
  isMapIterator: native.isMapIterator,
  isSetIterator: native.isSetIterator,
  isWeakMap: native.isWeakMap,
  isWeakSet: native.isWeakSet,
  isArrayBuffer: native.isArrayBuffer,
  isDataView: (value) => native.isDataView(value),
  isSharedArrayBuffer: native.isSharedArrayBuffer,
  isProxy: native.isProxy,
  isModuleNamespaceObject: native.isModuleNamespaceObject,
  isAnyArrayBuffer: native.isAnyArrayBuffer,
  isArrayBufferView: ArrayBuffer.isView,
  isTypedArray: (value) => tagOf(value) !== undefined,
  isUint8Array: (value) => tagOf(value) === 'Uint8Array',
  isUint8ClampedArray: (value) => tagOf(value) === 'Uint8ClampedArray',
  isUint16Array: (value) => tagOf(value) === 'Uint16Array',
  isUint32Array: (value) => tagOf(value) === 'Uint32Array',
  isInt8Array: (value) => tagOf(value) === 'Int8Array',
  isInt16Array: (value) => tagOf(value) === 'Int16Array',
  isInt32Array: (value) => tagOf(value) === 'Int32Array',
  isFloat16Array: (value) => tagOf(value) === 'Float16Array',
  isFloat32Array: (value) => tagOf(value) === 'Float32Array',
  isFloat64Array: (value) => tagOf(value) === 'Float64Array',
  isBigInt64Array: (value) => tagOf(value) === 'BigInt64Array',
  isBigUint64Array: (value) => tagOf(value) === 'BigUint64Array',
  isEventTarget: (value) => require('web/event_target').isEventTarget?.(value) ?? false,
};
const lazy = {
  isKeyObject: (value) => require('crypto/keys').isKeyObject(value),
  isCryptoKey: (value) => require('crypto/keys').isCryptoKey(value),
};
for (const [name, value] of Object.entries(lazy))
  Object.defineProperty(types, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });

module.exports = types;
