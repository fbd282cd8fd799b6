// node:wasi: https://nodejs.org/api/wasi.html
'use strict';

const { codes } = require('errors/errors');
const {
  validateArray,
  validateBoolean,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
} = require('errors/validators');
const System = require('wasi/system');

require('util/internal').emitExperimentalWarning('WASI');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_WASI_ALREADY_STARTED } = codes;

/** Thrown through WebAssembly by proc_exit(). */
const kExit = Symbol('wasi.exit');

const MODULE_NAMES = { __proto__: null, preview1: 'wasi_snapshot_preview1', unstable: 'wasi_unstable' };

function checkedOptions(options) {
  const { version, args, env, preopens, stdin = 0, stdout = 1, stderr = 2, returnOnExit = true } = options;
  validateString(version, 'options.version');
  if (MODULE_NAMES[version] === undefined)
    throw new ERR_INVALID_ARG_VALUE('options.version', version, 'unsupported WASI version');
  if (args !== undefined) validateArray(args, 'options.args');
  const pairs = [];
  if (env !== undefined) {
    validateObject(env, 'options.env');
    for (const key in env) {
      if (env[key] !== undefined) pairs.push(`${key}=${env[key]}`);
    }
  }
  if (preopens !== undefined) validateObject(preopens, 'options.preopens');
  validateInt32(stdin, 'options.stdin', 0);
  validateInt32(stdout, 'options.stdout', 0);
  validateInt32(stderr, 'options.stderr', 0);
  validateBoolean(returnOnExit, 'options.returnOnExit');
  return {
    args: args === undefined ? [] : Array.from(args, String),
    env: pairs,
    preopens: preopens === undefined ? [] : Object.entries(preopens).map(([name, path]) => [name, String(path)]),
    stdio: [stdin, stdout, stderr],
    returnOnExit,
    moduleName: MODULE_NAMES[version],
  };
}

/** The buffer of a WebAssembly.Memory, of whatever context; undefined for anything else. */
function bufferOf(memory) {
  const { get } = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer');
  try {
    return Reflect.apply(get, memory, []);
  } catch {
    return undefined;
  }
}

function validateUndefined(value, name) {
  if (value !== undefined) throw new ERR_INVALID_ARG_TYPE(name, 'undefined', value);
}

class WASI {
  #system;
  #started = false;
  #instance;
  #exitCode = 0;
  #moduleName;

  /**
   * @param {object} options `version`, `args`, `env`, `preopens`, `stdin`, `stdout`, `stderr`, `returnOnExit`
   */
  constructor(options = {}) {
    validateObject(options, 'options');
    const settings = checkedOptions(options);
    this.#moduleName = settings.moduleName;
    this.#system = new System(settings, (code) => {
      if (!settings.returnOnExit) process.reallyExit(code);
      this.#exitCode = code;
      throw kExit; // no error: nobody but start() sees it
    });
    this.wasiImport = this.#system.functions;
  }

  finalizeBindings(instance, options = {}) {
    if (this.#started) throw new ERR_WASI_ALREADY_STARTED();
    validateObject(instance, 'instance');
    validateObject(instance.exports, 'instance.exports');
    const { memory = instance.exports.memory } = options;
    if (bufferOf(memory) === undefined) {
      throw ERR_INVALID_ARG_TYPE.fromMessage(
        '"instance.exports.memory" property must be a WebAssembly.Memory object',
        TypeError,
      );
    }
    this.#started = true;
    this.#instance = instance;
    this.#system.bufferOfMemory = () => bufferOf(memory);
  }

  /** Runs a command. @returns {number} its exit code */
  start(instance) {
    this.finalizeBindings(instance);
    const { _start, _initialize } = this.#instance.exports;
    validateFunction(_start, 'instance.exports._start');
    validateUndefined(_initialize, 'instance.exports._initialize');
    try {
      _start();
    } catch (error) {
      if (error !== kExit) throw error;
    }
    return this.#exitCode;
  }

  /** Begins a reactor. */
  initialize(instance) {
    this.finalizeBindings(instance);
    const { _start, _initialize } = this.#instance.exports;
    validateUndefined(_start, 'instance.exports._start');
    if (_initialize !== undefined) {
      validateFunction(_initialize, 'instance.exports._initialize');
      _initialize();
    }
  }

  getImportObject() {
    return { [this.#moduleName]: this.wasiImport };
  }
}

module.exports = { WASI };
