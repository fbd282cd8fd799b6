// vm.Module, vm.SourceTextModule, vm.SyntheticModule: https://nodejs.org/api/vm.html#class-vmmodule
'use strict';

const { codes } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateInt32,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('errors/validators');
const { isArrayBufferView } = require('util/types');
const { inspect } = require('util/inspect');
const { emitExperimentalWarning } = require('util/internal');

const native = binding('module_wrap');
const { isContext } = binding('vm');
const { promiseState } = binding('loop');

const kInstantiated = 2;
const kErrored = 5;
/** V8's states, from "instantiated" on. */
const STATES = { __proto__: null, 2: 'linked', 3: 'evaluating', 4: 'evaluated', 5: 'errored' };

const kLink = Symbol('link');
const kWrap = Symbol('wrap');
const kSource = Symbol('source object');

/** context object -> how many modules it has got without a name. */
const counts = new WeakMap();
const kMain = {};

function nextIdentifier(context) {
  const key = context ?? kMain;
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  return `vm:module(${count})`;
}

function checkOptions(options) {
  validateObject(options, 'options');
  const { context, identifier } = options;
  if (context !== undefined) {
    validateObject(context, 'options.context');
    if (!isContext(context)) throw new codes.ERR_INVALID_ARG_TYPE('options.context', 'vm.Context', context);
  }
  if (identifier !== undefined) validateString(identifier, 'options.identifier');
  return { context, identifier };
}

/** Whether a value is a Module that has been constructed. */
let isModule;
/** Sets a module's state while it is being linked. */
let setState;

function check(value) {
  if (!isModule(value)) throw new codes.ERR_INVALID_THIS('Module');
}

/** What both kinds have; not constructible by itself. */
class Module {
  #context;
  #identifier;
  /** The state where V8's says too little: 'linking', 'errored' while linking. */
  #override;
  #error;

  constructor(options) {
    emitExperimentalWarning('VM Modules');
    if (new.target === Module) throw new TypeError('Module is not a constructor');
    this.#context = options.context;
    this.#identifier = options.identifier ?? nextIdentifier(options.context);
    Object.defineProperty(this, kWrap, { __proto__: null, value: undefined, writable: true });
  }

  static {
    isModule = (value) => value !== null && typeof value === 'object' && #context in value;
    setState = (module, state, error) => {
      module.#override = state;
      module.#error = error;
    };
  }

  get identifier() {
    check(this);
    return this.#identifier;
  }

  get context() {
    check(this);
    return this.#context;
  }

  get namespace() {
    check(this);
    if (this[kWrap].getStatus() < kInstantiated)
      throw new codes.ERR_VM_MODULE_STATUS('must not be unlinked or linking');
    return this[kWrap].getNamespace();
  }

  get status() {
    check(this);
    if (this.#override !== undefined) return this.#override;
    // A rejected top-level await is seen late by V8.
    return STATES[this[kWrap].getStatus()] ?? 'unlinked';
  }

  get error() {
    check(this);
    if (this.#override === 'errored') return this.#error;
    if (this[kWrap].getStatus() !== kErrored) throw new codes.ERR_VM_MODULE_STATUS('must be errored');
    return this[kWrap].getError();
  }

  async link(linker) {
    check(this);
    validateFunction(linker, 'linker');
    const { status } = this;
    if (status === 'linked') throw new codes.ERR_VM_MODULE_ALREADY_LINKED();
    if (status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    await this[kLink](linker);
    this[kWrap].instantiate();
  }

  /** The promise is of the caller's context, settled at once when the evaluation is. */
  evaluate(options = {}) {
    let promise;
    try {
      check(this);
      validateObject(options, 'options');
      const { timeout, breakOnSigint = false } = options;
      if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
      validateBoolean(breakOnSigint, 'options.breakOnSigint');
      if (!['linked', 'evaluated', 'errored'].includes(this.status))
        throw new codes.ERR_VM_MODULE_STATUS('must be one of linked, evaluated, or errored');
      promise = this[kWrap].evaluate(timeout ?? 0, breakOnSigint);
    } catch (error) {
      return Promise.reject(error);
    }
    const [state, result] = promiseState(promise);
    if (state === 0) return new Promise((resolve, reject) => promise.then(() => resolve(undefined), reject));
    if (state === 1) return Promise.resolve(undefined);
    promise.catch(() => {}); // it is the caller's, in the promise below
    return Promise.reject(result);
  }

  [inspect.custom](depth) {
    check(this);
    if (typeof depth === 'number' && depth < 0) return `[${this.constructor.name}]`;
    // An object of the same class, but one that is shown as any other.
    return Object.create(Object.getPrototypeOf(this), {
      [inspect.custom]: { __proto__: null, value: undefined },
      ...Object.getOwnPropertyDescriptors({
        status: this.status,
        identifier: this.identifier,
        context: this.context,
      }),
    });
  }
}

class SourceTextModule extends Module {
  #requests;
  #specifiers;
  #linkError;

  constructor(sourceText, options = {}) {
    validateString(sourceText, 'sourceText');
    const { context, identifier: given } = checkOptions(options);
    const { lineOffset = 0, columnOffset = 0, initializeImportMeta, importModuleDynamically, cachedData } = options;
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (initializeImportMeta !== undefined) validateFunction(initializeImportMeta, 'options.initializeImportMeta');
    if (cachedData !== undefined && !isArrayBufferView(cachedData))
      throw new codes.ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData);
    const { checkImporter, hostSymbol } = require('vm/import');
    checkImporter(importModuleDynamically);
    super({ context, identifier: given });
    const { identifier } = this;
    const { wrapMeta } = require('modules/esm');
    this[kWrap] = native.compile(
      sourceText,
      identifier,
      hostSymbol(importModuleDynamically, identifier, this),
      lineOffset,
      columnOffset,
      cachedData,
      context,
    );
    if (cachedData !== undefined && this[kWrap].rejected()) throw new codes.ERR_VM_MODULE_CACHED_DATA_REJECTED();
    if (initializeImportMeta !== undefined) wrapMeta.set(this[kWrap], (meta) => initializeImportMeta(meta, this));
    this[kWrap].url = identifier;
    const requests = this[kWrap].requests().map(([specifier, attributes, , , isSource]) =>
      Object.freeze({
        __proto__: null,
        specifier,
        attributes: Object.freeze(attributes),
        phase: isSource ? 'source' : 'evaluation',
      }),
    );
    this.#requests = Object.freeze(requests);
  }

  async [kLink](linker) {
    setState(this, 'linking');
    const asked = this.#requests.map(({ specifier, attributes }) =>
      linker(specifier, this, { attributes, assert: attributes }),
    );
    try {
      const targets = [];
      await undefined; // it takes a moment even when there is nothing to be asked for
      for (const [i, pending] of asked.entries()) {
        const module = await pending;
        this.#checkTarget(module);
        if (module.status === 'errored') {
          const { specifier } = this.#requests[i];
          throw new codes.ERR_VM_MODULE_LINK_FAILURE(
            `request for '${specifier}' resolved to an errored module`,
            module.error,
          );
        }
        if (module.status === 'unlinked') await module[kLink](linker);
        targets.push(this.#target(module, this.#requests[i]));
      }
      this[kWrap].link(targets);
      setState(this, undefined);
    } catch (error) {
      setState(this, 'errored', error);
      throw error;
    }
  }

  #checkTarget(module) {
    if (!isModule(module)) throw new codes.ERR_VM_MODULE_NOT_MODULE();
    if (module.context !== this.context) throw new codes.ERR_VM_MODULE_DIFFERENT_CONTEXT();
  }

  /** What the native side is to link a request to. */
  #target(module, { phase }) {
    if (phase === 'evaluation') return module[kWrap];
    if (module[kSource] === undefined) throw new codes.ERR_SOURCE_PHASE_NOT_DEFINED(`'${module.identifier}'`);
    return module[kSource];
  }

  /** Links to `modules`, one for each of moduleRequests. */
  linkRequests(modules) {
    check(this);
    if (this.status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    if (!Array.isArray(modules)) throw new codes.ERR_INVALID_ARG_TYPE('modules', 'Array', modules);
    if (modules.length !== this.#requests.length)
      throw new codes.ERR_MODULE_LINK_MISMATCH(`Expected ${this.#requests.length} modules, got ${modules.length}`);
    const linked = new Map();
    modules.forEach((module, i) => {
      this.#checkTarget(module);
      const { specifier, attributes } = this.#requests[i];
      const key = JSON.stringify([specifier, Object.entries(attributes)]);
      if ((linked.get(key) ?? module) !== module)
        throw new codes.ERR_MODULE_LINK_MISMATCH(`Module request '${specifier}' must be linked to the same module`);
      linked.set(key, module);
    });
    this.#linkError = undefined;
    const targets = modules.map((module, i) => {
      try {
        return this.#target(module, this.#requests[i]);
      } catch (error) {
        this.#linkError ??= error; // told by instantiate()
        return {};
      }
    });
    this[kWrap].link(targets);
    this.#linked = true;
  }

  #linked = false;

  instantiate() {
    check(this);
    if (this.status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    if (!this.#linked) throw new codes.ERR_VM_MODULE_LINK_FAILURE('module is not linked');
    if (this.#linkError !== undefined) throw this.#linkError;
    this[kWrap].instantiate();
  }

  get dependencySpecifiers() {
    check(this);
    return (this.#specifiers ??= Object.freeze(this.#requests.map(({ specifier }) => specifier)));
  }

  get moduleRequests() {
    check(this);
    return this.#requests;
  }

  get status() {
    return super.status;
  }

  get error() {
    return super.error;
  }

  /** Whether the module or one of those it imports has a top-level await. */
  hasAsyncGraph() {
    check(this);
    if (this[kWrap].getStatus() < kInstantiated) throw new codes.ERR_VM_MODULE_STATUS('must be instantiated');
    return this[kWrap].isGraphAsync();
  }

  hasTopLevelAwait() {
    check(this);
    return this[kWrap].hasTopLevelAwait();
  }

  createCachedData() {
    check(this);
    const { status } = this;
    if (status === 'evaluating' || status === 'evaluated' || status === 'errored')
      throw new codes.ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA();
    return this[kWrap].createCachedData();
  }
}

class SyntheticModule extends Module {
  constructor(exportNames, evaluateCallback, options = {}) {
    if (!Array.isArray(exportNames) || exportNames.some((name) => typeof name !== 'string'))
      throw new codes.ERR_INVALID_ARG_TYPE('exportNames', 'Array of unique strings', exportNames);
    exportNames.forEach((name, i) => {
      if (exportNames.indexOf(name, i + 1) !== -1)
        throw new codes.ERR_INVALID_ARG_VALUE(`exportNames.${name}`, name, 'is duplicated');
    });
    validateFunction(evaluateCallback, 'evaluateCallback');
    const { context, identifier: given } = checkOptions(options);
    super({ context, identifier: given });
    const { identifier } = this;
    this[kWrap] = native.synthetic(
      identifier,
      exportNames,
      () => {
        Reflect.apply(evaluateCallback, this, []);
      },
      context,
    );
    this[kWrap].url = identifier;
    this[kWrap].instantiate();
  }

  link() {
    // There is nothing to be linked.
  }

  setExport(name, value) {
    check(this);
    validateString(name, 'name');
    this[kWrap].setExport(name, value);
  }
}

/**
 * What `import()` gives for the module that a program's importModuleDynamically returned.
 * @returns {Promise<object>} its namespace
 */
async function namespaceOf(module, phase) {
  const { isModuleNamespaceObject } = require('util/types');
  if (isModuleNamespaceObject(module) && phase === 'evaluation') return module;
  if (!isModule(module)) throw new codes.ERR_VM_MODULE_NOT_MODULE();
  if (phase === 'source') {
    if (module[kSource] === undefined) throw new codes.ERR_SOURCE_PHASE_NOT_DEFINED(`'${module.identifier}'`);
    return module[kSource];
  }
  if (module.status === 'errored') throw module.error;
  return module.namespace;
}

/** vm.measureMemory */
async function measureMemory(options = {}) {
  emitExperimentalWarning('vm.measureMemory');
  validateObject(options, 'options');
  const { mode = 'summary', execution = 'default' } = options;
  validateOneOf(mode, 'options.mode', ['summary', 'detailed']);
  validateOneOf(execution, 'options.execution', ['default', 'eager']);
  const [current, others, unattributed, code, metadata] = await binding('vm').measureMemory(execution === 'eager');
  const range = (size) => ({ jsMemoryEstimate: size, jsMemoryRange: [size, size + unattributed] });
  const total = others.reduce((sum, size) => sum + size, current);
  const result = { total: range(total), WebAssembly: { code, metadata } };
  if (mode === 'detailed') {
    result.current = range(current);
    result.other = others.map(range);
  }
  return result;
}

module.exports = { Module, SourceTextModule, SyntheticModule, measureMemory, namespaceOf };
