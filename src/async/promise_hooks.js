'use strict';

/**
 * Hooks on the life of promises: V8 takes one function of each kind, so those of async_hooks and of v8.promiseHooks are
 * gathered here.
 * @see https://nodejs.org/docs/latest-v24.x/api/v8.html#promise-hooks
 */

const { setPromiseHooks } = binding('async');

const kinds = ['init', 'before', 'after', 'settled'];
const hooks = { init: [], before: [], after: [], settled: [] };

/** One function that calls all of `list`; their exceptions are uncaught ones, and disturb no promise. */
function combine(list) {
  if (list.length === 0) return undefined;
  if (list.length === 1 && list[0].isOurs) return list[0].fn;
  return (promise, parent) => {
    for (const { fn } of list) {
      try {
        fn(promise, parent);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  };
}

function update() {
  setPromiseHooks(...kinds.map((kind) => combine(hooks[kind])));
}

/**
 * @param {'init'|'before'|'after'|'settled'} kind
 * @param {Function} fn
 * @param {boolean} [isOurs] it never throws
 * @returns {() => void} takes it away again
 */
function add(kind, fn, isOurs = false) {
  const entry = { fn, isOurs };
  hooks[kind] = [...hooks[kind], entry];
  update();
  return () => {
    hooks[kind] = hooks[kind].filter((each) => each !== entry);
    update();
  };
}

function addChecked(kind, fn) {
  // An async hook would make promises for promises, without end.
  if (typeof fn !== 'function' || require('util/types').isAsyncFunction(fn)) {
    const {
      codes: { ERR_INVALID_ARG_TYPE },
    } = require('errors/errors');
    throw new ERR_INVALID_ARG_TYPE(`${kind}Hook`, 'Function', fn);
  }
  return add(kind, fn);
}

/** v8.promiseHooks */
const promiseHooks = {
  createHook({ init, before, after, settled } = {}) {
    const stops = [];
    for (const [kind, fn] of Object.entries({ init, before, after, settled })) {
      if (fn !== undefined) stops.push(addChecked(kind, fn));
    }
    return () => stops.forEach((stop) => stop());
  },
  onInit: (initHook) => addChecked('init', initHook),
  onBefore: (beforeHook) => addChecked('before', beforeHook),
  onAfter: (afterHook) => addChecked('after', afterHook),
  onSettled: (settledHook) => addChecked('settled', settledHook),
};

module.exports = { add, promiseHooks };
