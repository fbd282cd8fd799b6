// navigator.locks: https://w3c.github.io/web-locks/. The locks themselves are native: all threads of the process share them.
'use strict';

const { codes } = require('errors/errors');
const { validateAbortSignal, validateFunction } = require('errors/validators');
const { enumerable } = require('util/internal');
const { AsyncResource } = require('async/async_resource');

const GRANTED = 0;
const UNAVAILABLE = 1;

const kMake = Symbol('locks.make');

const notSupported = (message) => new (require('web/dom_exception').DOMException)(message, 'NotSupportedError');

class Lock {
  #name;
  #mode;

  constructor(key, name, mode) {
    if (key !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#mode = mode;
  }

  get name() {
    return this.#name;
  }

  get mode() {
    return this.#mode;
  }
}
enumerable(Lock.prototype, ['name', 'mode']);
Object.defineProperty(Lock.prototype, Symbol.toStringTag, { __proto__: null, value: 'Lock', configurable: true });

/** The thread's native part, made with its first request. */
class Client {
  #native = new (binding('locks').LockClient)();
  #lastId = 0;
  #waiting = new Map(); // id -> callback(event)

  constructor() {
    this.#native.setNumber(require('worker/this_thread').state.threadId);
    this.#native.onevents = (list) => {
      for (let i = 0; i < list.length; i += 2) {
        const callback = this.#waiting.get(list[i]);
        const event = list[i + 1];
        if (event === GRANTED || event === UNAVAILABLE) this.#settle();
        callback?.(event);
      }
    };
  }

  #pending = 0;

  // Who waits for a lock keeps the loop alive.
  #settle() {
    if (--this.#pending === 0) this.#native.unref();
  }

  request(name, { mode, ifAvailable, steal }, callback) {
    const id = ++this.#lastId;
    this.#waiting.set(id, callback);
    if (this.#pending++ === 0) this.#native.ref();
    this.#native.request(id, name, mode === 'exclusive', ifAvailable, steal);
    return id;
  }

  abort(name, id) {
    if (!this.#native.abort(name, id)) return false;
    this.#waiting.delete(id);
    this.#settle();
    return true;
  }

  release(name, id) {
    this.#waiting.delete(id);
    this.#native.release(name, id);
  }

  query() {
    return this.#native.query();
  }
}

let client;
const theClient = () => (client ??= new Client());

function checkedOptions(options) {
  const { mode = 'exclusive', ifAvailable = false, steal = false, signal } = options ?? {};
  if (mode !== 'shared' && mode !== 'exclusive')
    throw new codes.ERR_INVALID_ARG_VALUE('options.mode', mode, "must be 'shared' or 'exclusive'");
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  return { mode, ifAvailable: Boolean(ifAvailable), steal: Boolean(steal), signal };
}

class LockManager {
  constructor(key) {
    if (key !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }

  /**
   * Calls `callback(lock)` when the lock is ours, which it is until the promise of the callback has settled.
   * @param {string} name
   * @param {{mode?: 'exclusive'|'shared', ifAvailable?: boolean, steal?: boolean, signal?: AbortSignal}} [options]
   * @param {(lock: Lock|null) => any} callback
   */
  async request(name, options, callback) {
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('name', 'callback');
    if (typeof options === 'function' && callback === undefined) {
      callback = options;
      options = undefined;
    }
    name = `${name}`;
    validateFunction(callback, 'callback');
    const settings = checkedOptions(options);
    const { signal, steal, ifAvailable, mode } = settings;
    signal?.throwIfAborted();
    if (name.startsWith('-')) throw notSupported('Lock name may not start with hyphen');
    if (steal && ifAvailable) throw notSupported('ifAvailable and steal are mutually exclusive');
    if (steal && mode !== 'exclusive') throw notSupported(`mode: "${mode}" and steal are mutually exclusive`);
    if (signal !== undefined && (steal || ifAvailable))
      throw notSupported('signal cannot be used with steal or ifAvailable');
    return run(name, settings, callback);
  }

  /**
   * The locks of all threads, those of this one first (Node tells of no others).
   * @returns {Promise<{held: object[], pending: object[]}>}
   */
  async query() {
    const list = theClient().query();
    const mine = require('worker/this_thread').state.threadId;
    const result = { held: [], pending: [] };
    for (let i = 0; i < list.length; i += 4) {
      const [name, exclusive, held, number] = list.slice(i, i + 4);
      const info = { name, mode: exclusive ? 'exclusive' : 'shared', clientId: `node-${process.pid}-${number}` };
      (held ? result.held : result.pending).push([number !== mine, info]);
    }
    for (const [key, infos] of Object.entries(result)) {
      result[key] = infos.sort(([a], [b]) => a - b).map(([, info]) => info);
    }
    return result;
  }
}
enumerable(LockManager.prototype, ['request', 'query']);
Object.defineProperty(LockManager.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'LockManager',
  configurable: true,
});

function run(name, settings, callback) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const { signal } = settings;
  // The callback runs where the lock was asked for.
  const resource = new AsyncResource('Lock');
  const call = async (lock) => resource.runInAsyncScope(callback, undefined, lock);
  let id = 0;
  const onAbort = () => {
    if (theClient().abort(name, id)) reject(signal.reason);
  };
  id = theClient().request(name, settings, (event) => {
    if (event === GRANTED || event === UNAVAILABLE) signal?.removeEventListener('abort', onAbort);
    if (event === GRANTED) {
      const done = () => theClient().release(name, id);
      const held = call(new Lock(kMake, name, settings.mode));
      held.then(done, done);
      held.then(resolve, reject);
    } else if (event === UNAVAILABLE) {
      call(null).then(resolve, reject);
    } else {
      const { DOMException } = require('web/dom_exception');
      reject(new DOMException('The operation was aborted', 'AbortError'));
    }
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}

let manager;

module.exports = { Lock, LockManager, lockManager: () => (manager ??= new LockManager(kMake)) };
