// module.registerHooks(): synchronous hooks around resolution and loading, for import and require alike.
// https://nodejs.org/api/module.html#synchronous-customization-hooks
'use strict';

const { codes } = require('errors/errors');
const { validateFunction } = require('errors/validators');

/** @typedef {{resolve?: Function, load?: Function}} Hooks */

/** In order of registration; the last one registered is asked first. @type {ModuleHooks[]} */
const registered = [];

/** Read on every resolution: whether there are hooks of that kind. */
const active = { resolve: false, load: false };

function recount() {
  active.resolve = registered.some((hooks) => hooks.resolve !== undefined);
  active.load = registered.some((hooks) => hooks.load !== undefined);
}

/** What registerHooks() gives. */
class ModuleHooks {
  constructor(resolve, load) {
    this.resolve = resolve;
    this.load = load;
    Object.freeze(this);
  }

  /** Takes the hooks out of the chain. */
  deregister() {
    const at = registered.indexOf(this);
    if (at >= 0) registered.splice(at, 1);
    recount();
  }
}

/** @param {Hooks} hooks */
function registerHooks(hooks) {
  const { resolve, load } = hooks;
  if (resolve) validateFunction(resolve, 'hooks.resolve');
  if (load) validateFunction(load, 'hooks.load');
  const made = new ModuleHooks(resolve || undefined, load || undefined);
  registered.push(made);
  recount();
  return made;
}

/**
 * Runs a chain: `kind` of each hook from the last registered on, then `last`. Contexts are merged: what a hook leaves out
 * when it calls the next one stays as it was.
 * @param {'resolve'|'load'} kind
 * @param {string} subject specifier or URL
 * @param {object} context
 * @param {(subject: string, context: object) => object} last the default step
 * @param {(subject: string, context: object, result: object) => object} check of results
 */
function runChain(kind, subject, context, last, check) {
  const chain = registered.filter((hooks) => hooks[kind] !== undefined);
  let merged = context;
  const step = (at, given) => {
    if (at < 0) return last(given, merged);
    let calledNext = false;
    const next = (nextSubject, nextContext) => {
      calledNext = true;
      if (nextContext !== undefined) merged = mergeContext(merged, nextContext);
      return step(at - 1, nextSubject);
    };
    const result = chain[at][kind](given, merged, next);
    if (!calledNext && result.shortCircuit !== true) {
      throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('true', kind, 'shortCircuit', result.shortCircuit);
    }
    return check(given, merged, result);
  };
  return step(chain.length - 1, subject);
}

function mergeContext(context, given) {
  if (given === context) return context;
  return { ...context, ...given };
}

function checkResolved(specifier, context, result) {
  const { url } = result;
  if (typeof url !== 'string') throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('a URL string', 'resolve', 'url', url);
  return result;
}

const { isAnyArrayBuffer, isArrayBufferView } = require('util/types');

/** Sources are text or bytes; builtins have none. */
function checkLoaded(url, context, result) {
  const { source, format } = result;
  if (typeof source === 'string' || isAnyArrayBuffer(source) || isArrayBufferView(source)) return result;
  if (source == null && format === 'builtin' && (url.startsWith('node:') || url.startsWith('vireo:'))) return result;
  if (source == null && format === 'commonjs' && result.fromAsyncHooks) return result;
  throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE(
    'a string, an ArrayBuffer, or a TypedArray',
    'load',
    'source',
    source,
  );
}

/** `conditions` as hooks may have changed them, as a set; undefined for the defaults. */
function conditionsOf(context, defaults) {
  const { conditions } = context;
  if (conditions === undefined || conditions === defaults) return undefined;
  if (!Array.isArray(conditions))
    throw new codes.ERR_INVALID_ARG_VALUE('context.conditions', conditions, 'expected an array');
  return new Set(conditions);
}

/**
 * Resolution through the hooks.
 * @param {string} specifier
 * @param {{parentURL: string|undefined, importAttributes: object|undefined, conditions: string[]}} context
 * @param {(specifier: string, context: object) => {url: string, format?: string}} last
 */
function resolveThroughHooks(specifier, context, last) {
  return runChain('resolve', specifier, context, last, checkResolved);
}

/** Loading through the hooks: {source, format}. */
function loadThroughHooks(url, context, last) {
  return runChain('load', url, context, last, checkLoaded);
}

/** A hook's source as text. */
function textOf(source) {
  if (typeof source === 'string') return source;
  const bytes = isAnyArrayBuffer(source)
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const { Buffer } = require('buffer/buffer');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

module.exports = { active, conditionsOf, loadThroughHooks, registerHooks, resolveThroughHooks, textOf };
