'use strict';

/** node:vm. https://nodejs.org/api/vm.html */

const native = binding('vm');
const { codes } = require('errors/errors');
const {
  validateArray,
  validateBoolean,
  validateBuffer,
  validateInt32,
  kValidateObjectAllowArray,
  validateObject,
  validateOneOf,
  validateString,
  validateStringArray,
  validateUint32,
} = require('errors/validators');
const { isArrayBufferView } = require('util/types');
const { checkImporter, constants, hostSymbol } = require('vm/import');

function checkCachedData(value) {
  if (value === undefined || isArrayBufferView(value)) return;
  throw new codes.ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], value);
}

/** Options of run*: [timeout in milliseconds (0 for none), breakOnSigint, displayErrors]. */
function runOptions(options = {}) {
  validateObject(options, 'options');
  let { timeout } = options;
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
  timeout ??= 0;
  const { displayErrors = true, breakOnSigint = false } = options;
  validateBoolean(displayErrors, 'options.displayErrors');
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return [timeout, breakOnSigint, displayErrors];
}

/** Code that is compiled once and run as often as wished. */
class Script {
  #compiled;

  constructor(code, options = {}) {
    code = `${code}`;
    if (typeof options === 'string') options = { filename: options };
    else validateObject(options, 'options');
    const {
      filename = 'evalmachine.<anonymous>',
      lineOffset = 0,
      columnOffset = 0,
      cachedData,
      produceCachedData = false,
      importModuleDynamically,
    } = options;
    validateString(filename, 'options.filename');
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    checkCachedData(cachedData);
    validateBoolean(produceCachedData, 'options.produceCachedData');
    checkImporter(importModuleDynamically);
    const symbol = hostSymbol(importModuleDynamically, filename, { value: this });
    this.#compiled = new native.CompiledScript(
      code,
      filename,
      lineOffset,
      columnOffset,
      cachedData,
      symbol,
      options[kParsingContext],
      true,
    );
    if (cachedData !== undefined) this.cachedDataRejected = this.#compiled.rejected();
    if (produceCachedData) {
      this.cachedData = this.#compiled.createCachedData();
      this.cachedDataProduced = this.cachedData.length > 0;
    }
    this.sourceMapURL = this.#compiled.sourceMapURL();
  }

  runInThisContext(options) {
    const [timeout, breakOnSigint, displayErrors] = runOptions(options);
    return this.#compiled.run(null, timeout, breakOnSigint, displayErrors);
  }

  runInContext(contextifiedObject, options) {
    checkContext(contextifiedObject, 'contextifiedObject');
    const [timeout, breakOnSigint, displayErrors] = runOptions(options);
    return this.#compiled.run(contextifiedObject, timeout, breakOnSigint, displayErrors);
  }

  runInNewContext(contextObject, options) {
    const context = createContext(contextObject, newContextOptions(options));
    return this.runInContext(context, options);
  }

  /** The code cache as a Buffer. */
  createCachedData() {
    return this.#compiled.createCachedData();
  }
}

const kParsingContext = Symbol('parsing context');

function newContextOptions(options) {
  if (options === undefined || typeof options === 'string') return {};
  validateObject(options, 'options');
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options;
  if (contextName !== undefined) validateString(contextName, 'options.contextName');
  if (contextOrigin !== undefined) validateString(contextOrigin, 'options.contextOrigin');
  if (contextCodeGeneration !== undefined) {
    validateObject(contextCodeGeneration, 'options.contextCodeGeneration');
    const { strings, wasm } = contextCodeGeneration;
    if (strings !== undefined) validateBoolean(strings, 'options.contextCodeGeneration.strings');
    if (wasm !== undefined) validateBoolean(wasm, 'options.contextCodeGeneration.wasm');
  }
  const result = { name: contextName, origin: contextOrigin, codeGeneration: contextCodeGeneration, microtaskMode };
  if (result.name === undefined) delete result.name;
  if (result.origin === undefined) delete result.origin;
  if (result.codeGeneration === undefined) delete result.codeGeneration;
  if (result.microtaskMode === undefined) delete result.microtaskMode;
  return result;
}

function checkContext(value, name) {
  if (!isContext(value, name)) throw new codes.ERR_INVALID_ARG_TYPE(name, 'vm.Context', value);
}

/** Whether an object has been contextified. */
function isContext(object, name = 'object') {
  validateObject(object, name, kValidateObjectAllowArray);
  return native.isContext(object);
}

/**
 * Gives an object a context of which it is the global.
 * @param {object|symbol} [contextObject] constants.DONT_CONTEXTIFY for an ordinary global
 */
function createContext(contextObject = {}, options = {}) {
  const vanilla = contextObject === constants.DONT_CONTEXTIFY;
  if (!vanilla && isContext(contextObject, 'contextObject')) return contextObject;
  validateObject(options, 'options');
  const { name, origin, codeGeneration, microtaskMode, importModuleDynamically } = options;
  if (name !== undefined) validateString(name, 'options.name');
  if (origin !== undefined) validateString(origin, 'options.origin');
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration');
  const { strings = true, wasm = true } = codeGeneration ?? {};
  validateBoolean(strings, 'options.codeGeneration.strings');
  validateBoolean(wasm, 'options.codeGeneration.wasm');
  validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined]);
  checkImporter(importModuleDynamically);
  const ownQueue = microtaskMode === 'afterEvaluate';
  const symbol =
    importModuleDynamically === undefined
      ? undefined
      : hostSymbol(importModuleDynamically, '', { value: contextObject });
  let made = contextObject;
  if (vanilla) made = native.vanillaGlobal(strings, wasm, ownQueue, symbol);
  else native.contextify(contextObject, strings, wasm, ownQueue, symbol);
  const protoMode = require('cli/options').getOptionValue('--disable-proto');
  if (protoMode) require('cli/flags').disableProto(new Script('Object.prototype').runInContext(made), protoMode);
  return made;
}

function scriptOptions(options) {
  return typeof options === 'string' ? { filename: options } : options;
}

function runInThisContext(code, options) {
  options = scriptOptions(options);
  return createScript(code, options).runInThisContext(options);
}

function runInContext(code, contextifiedObject, options) {
  checkContext(contextifiedObject, 'contextifiedObject');
  options = { ...scriptOptions(options), [kParsingContext]: contextifiedObject };
  return createScript(code, options).runInContext(contextifiedObject, options);
}

function runInNewContext(code, contextObject, options) {
  options = scriptOptions(options);
  return runInContext(code, createContext(contextObject, newContextOptions(options)), options);
}

function createScript(code, options) {
  return new Script(code, options);
}

/** Compiles the body of a function. */
function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  if (params !== undefined) validateStringArray(params, 'params');
  validateObject(options, 'options');
  const {
    filename = '',
    columnOffset = 0,
    lineOffset = 0,
    cachedData,
    produceCachedData = false,
    parsingContext,
    contextExtensions = [],
    importModuleDynamically,
  } = options;
  validateString(filename, 'options.filename');
  validateInt32(columnOffset, 'options.columnOffset');
  validateInt32(lineOffset, 'options.lineOffset');
  if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData');
  validateBoolean(produceCachedData, 'options.produceCachedData');
  if (
    parsingContext !== undefined &&
    (parsingContext === null || typeof parsingContext !== 'object' || !native.isContext(parsingContext))
  ) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext);
  }
  validateArray(contextExtensions, 'options.contextExtensions');
  contextExtensions.forEach((extension, index) =>
    validateObject(extension, `options.contextExtensions[${index}]`, { nullable: true }),
  );
  checkImporter(importModuleDynamically);
  const referrer = { value: undefined };
  const symbol = hostSymbol(importModuleDynamically, filename, referrer);
  const [fn, rejected, data] = native.compileFunction(
    code,
    filename,
    lineOffset,
    columnOffset,
    cachedData,
    symbol,
    parsingContext,
    params ?? [],
    contextExtensions,
    produceCachedData,
  );
  referrer.value = fn;
  if (produceCachedData) {
    fn.cachedDataProduced = data !== undefined;
    if (data !== undefined) fn.cachedData = require('buffer/buffer').Buffer.from(data);
  }
  if (cachedData !== undefined) fn.cachedDataRejected = rejected;
  return fn;
}

/** The memory that V8 attributes to this context and to the others. */
function measureMemory(options = {}) {
  return require('vm/module').measureMemory(options);
}

module.exports = {
  Script,
  createContext,
  createScript,
  runInContext,
  runInNewContext,
  runInThisContext,
  isContext,
  compileFunction,
  measureMemory,
  constants,
};

require('engine/lifecycle').onStart(() => {
  const { getOptionValue } = require('cli/options');
  if (!getOptionValue('--experimental-vm-modules')) return;
  const { Module, SourceTextModule, SyntheticModule } = require('vm/module');
  Object.assign(module.exports, { Module, SourceTextModule, SyntheticModule });
});
