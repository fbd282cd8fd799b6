// module.register() and --experimental-loader: asynchronous hooks. They run on this thread, in a space of modules of their
// own; who must have an answer at once (import.meta.resolve(), require) waits by turning the event loop.
// https://nodejs.org/api/module.html#asynchronous-customization-hooks
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');
const { isAnyArrayBuffer, isArrayBufferView } = require('util/types');
const { URL } = require('url/url');

const { promiseState, spinOnce, inMicrotask } = binding('loop');

/**
 * Waits for a promise without giving control back. In a microtask no other microtask can run, so that only promises
 * which are settled already have a result there.
 * @throws what it was rejected with, or ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED
 */
function settle(promise) {
  promise.then(
    () => {},
    () => {},
  ); // its rejection is thrown here
  for (let isAlive = true; ;) {
    const [state, result] = promiseState(promise);
    if (state === 1) return result;
    if (state === 2) throw result;
    if (!isAlive || inMicrotask()) throw new codes.ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED();
    isAlive = spinOnce();
  }
}

let warnedOfAssertions = false;

function warnOfAssertions() {
  if (warnedOfAssertions) return;
  warnedOfAssertions = true;
  process.emitWarning('Use `importAttributes` instead of `importAssertions`', 'ExperimentalWarning');
}

/** Gives a context `importAssertions`, the old name of `importAttributes`. */
function withAssertions(context) {
  return Object.defineProperty(context, 'importAssertions', {
    __proto__: null,
    configurable: true,
    get() {
      warnOfAssertions();
      return this.importAttributes;
    },
    set(value) {
      warnOfAssertions();
      this.importAttributes = value;
    },
  });
}

/** The attributes in what a hook made, whichever name it has for them. */
function attributesIn(made) {
  if (made.importAttributes !== undefined || made.importAssertions === undefined) return made.importAttributes;
  warnOfAssertions();
  return made.importAssertions;
}

/** `context` with what a hook gave the next one in its place. */
function mergeContext(context, given) {
  if (given === context) return context;
  const merged = { ...context, ...given };
  delete merged.importAssertions;
  const attributes = attributesIn(given);
  if (attributes !== undefined) merged.importAttributes = attributes;
  return withAssertions(merged);
}

/** Node gives contexts of async hooks exactly these members. */
function resolveContext({ conditions, importAttributes, parentURL }) {
  return withAssertions({ conditions, importAttributes: { ...importAttributes }, parentURL });
}

function loadContext({ format, importAttributes }) {
  return withAssertions({ format, importAttributes: { ...importAttributes } });
}

const capitalized = { resolve: 'Resolve', load: 'Load' };

/** One call of a chain of hooks. */
class Run {
  constructor(kind, chain, last, context) {
    this.kind = kind;
    this.chain = chain;
    this.last = last;
    this.context = context;
    this.finished = false; // the default step was reached
    this.shortCircuited = false;
    this.asked = ''; // which hook was asked last, for messages
  }

  /** Asks hook number `at`; -1 is the default step. */
  async step(at, subject) {
    if (at < 0) {
      this.finished = true;
      return this.last(subject, this.context);
    }
    const { fn, url } = this.chain[at];
    const { kind } = this;
    this.asked = `${url} '${kind}'`;
    const name = `next${capitalized[kind]}`;
    const label = `${url} '${kind}' hook's ${name}()`;
    const next = {
      [name]: async (nextSubject, nextContext) => {
        this.checkArguments(label, nextSubject, nextContext);
        if (nextContext !== undefined && nextContext !== null) this.context = mergeContext(this.context, nextContext);
        const result = await this.step(at - 1, nextSubject);
        if (result === null || typeof result !== 'object')
          throw new codes.ERR_INVALID_RETURN_VALUE('an object', this.labelOf(at - 1), result);
        return result;
      },
    }[name];
    const result = await fn(subject, this.context, next);
    if (result?.shortCircuit) this.shortCircuited = true;
    return result;
  }

  labelOf(at) {
    if (at < 0) return `node's default ${this.kind}`;
    return `${this.chain[at].url} '${this.kind}' hook's next${capitalized[this.kind]}()`;
  }

  checkArguments(label, subject, context) {
    if (this.kind === 'resolve') validateString(subject, `${label} specifier`);
    else if (typeof subject !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(`${label} url`, ['string'], subject);
    else if (!URL.canParse(subject))
      throw new codes.ERR_INVALID_ARG_VALUE(`${label} url`, subject, 'should be a URL string');
    if (context !== undefined) validateObject(context, `${label} context`);
  }

  /** The whole chain: an object that some hook, or the default step, vouches for. */
  async all(subject) {
    const top = this.chain.length - 1;
    const result = await this.step(top, subject);
    const name = this.labelOf(top);
    if (result === null || typeof result !== 'object')
      throw new codes.ERR_INVALID_RETURN_VALUE('an object', name, result);
    if (!this.finished && !this.shortCircuited) throw new codes.ERR_LOADER_CHAIN_INCOMPLETE(this.asked);
    return { result, name };
  }
}

/** The hooks that were registered, and how they are asked. */
class LoaderChain {
  constructor() {
    this.resolvers = [];
    this.loaders = [];
    this.ready = undefined; // a promise while an initialize() has not settled
  }

  /** Takes the hooks of a module's namespace. */
  add(namespace, url) {
    const { resolve, load } = namespace;
    if (resolve) this.resolvers.push({ fn: resolve, url });
    if (load) this.loaders.push({ fn: load, url });
  }

  /** {url, format, importAttributes} */
  async resolve(specifier, context, last) {
    if (this.ready !== undefined) await this.ready;
    const run = new Run('resolve', this.resolvers, last, resolveContext(context));
    const { result, name } = await run.all(specifier);
    const { url, format } = result;
    const importAttributes = attributesIn(result);
    if (typeof url !== 'string' || !URL.canParse(url))
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('a URL string', name, 'url', url);
    if (format != null && typeof format !== 'string')
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('a string', name, 'format', format);
    if (importAttributes !== undefined && (importAttributes === null || typeof importAttributes !== 'object'))
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('an object', name, 'importAttributes', importAttributes);
    return { __proto__: null, url, format, importAttributes };
  }

  /** {format, source, responseURL} */
  async load(url, context, last) {
    if (this.ready !== undefined) await this.ready;
    const run = new Run('load', this.loaders, last, loadContext(context));
    const { result, name } = await run.all(url);
    const { format, source, responseURL = url } = result;
    if (format === undefined) throw new codes.ERR_UNKNOWN_MODULE_FORMAT(format, url);
    if (format != null && typeof format !== 'string')
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('a string', name, 'format', format);
    if (source != null && typeof source !== 'string' && !isAnyArrayBuffer(source) && !isArrayBufferView(source)) {
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE(
        'a string, an ArrayBuffer, or a TypedArray',
        name,
        'source',
        source,
      );
    }
    return { __proto__: null, format, responseURL, source, fromAsyncHooks: true };
  }
}

let warnedOfPreload = false;
let chain = null;

/** The chain of this process; null while nothing is registered. */
const currentChain = () => chain;

/** module.register(specifier[, parentURL][, options]) */
function register(specifier, parentURL = undefined, options = undefined) {
  if (parentURL !== null && typeof parentURL === 'object' && !(parentURL instanceof URL)) {
    options = parentURL;
    parentURL = options.parentURL;
  }
  if (specifier instanceof URL) specifier = specifier.href;
  parentURL = parentURL === undefined ? 'data:' : `${parentURL}`;
  load(`${specifier}`, parentURL, options?.data, options?.transferList);
}

function load(specifier, parentURL, data, transferList) {
  const { importForHooks } = require('modules/esm');
  if (data !== undefined)
    data = require('web/structured_clone').structuredClone(data, { transfer: transferList ?? [] });
  const made = chain ?? new LoaderChain();
  const { namespace, url } = importForHooks(specifier, parentURL);
  if (namespace.globalPreload && !namespace.initialize && !warnedOfPreload) {
    warnedOfPreload = true;
    process.emitWarning('`globalPreload` has been removed; use `initialize` instead.', 'UnsupportedWarning');
  }
  const initialized = namespace.initialize && Reflect.apply(namespace.initialize, undefined, [data]);
  if (typeof initialized?.then === 'function') {
    const pending = Promise.resolve(initialized);
    if (inMicrotask() && promiseState(pending)[0] === 0) {
      // It cannot be waited for here; what is imported from now on waits.
      made.ready = pending.then(() => {
        made.ready = undefined;
      });
    } else {
      settle(pending);
    }
  }
  made.add(namespace, url);
  chain = made;
}

/** --experimental-loader */
function registerFromOptions(specifiers) {
  const { pathToFileURL } = require('url/url');
  process.emitWarning(
    '`--experimental-loader` may be removed in the future; instead use `register()`:\n' +
      `--import 'data:text/javascript,import { register } from "node:module"; import { pathToFileURL } from "node:url"; ${specifiers
        .map((each) => `register(${JSON.stringify(each)}, pathToFileURL("./"));`)
        .join(' ')}'`,
    'ExperimentalWarning',
  );
  const base = pathToFileURL(`${process.cwd()}/`).href;
  for (const specifier of specifiers) load(specifier, base, undefined, undefined);
}

module.exports = { currentChain, register, registerFromOptions, settle };
