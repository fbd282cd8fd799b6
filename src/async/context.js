'use strict';

/**
 * Async context: what AsyncLocalStorage stands on.
 *
 * The current context is V8's "continuation-preserved data", which promises carry along by themselves; ticks, timers
 * and native operations take it with them with `getContext` and put it back with `setContext`. It is `undefined` until a
 * program uses AsyncLocalStorage, so it costs nothing before. Otherwise it is a frame: an immutable list of storages and
 * their values, short enough that a linear search beats a Map.
 */

const { getContext, setContext } = binding('async');

class Frame {
  /** @param {unknown[]} entries storage, value, storage, value, ... */
  constructor(entries) {
    this.entries = entries;
  }
}

function indexOf(entries, storage) {
  for (let i = 0; i < entries.length; i += 2) {
    if (entries[i] === storage) return i;
  }
  return -1;
}

/** The current context with `storage` set to `value`. */
function withValue(storage, value) {
  const current = getContext();
  if (current === undefined) return new Frame([storage, value]);
  const entries = current.entries.slice();
  const at = indexOf(entries, storage);
  if (at === -1) entries.push(storage, value);
  else entries[at + 1] = value;
  return new Frame(entries);
}

/** The current context without `storage`. */
function without(storage) {
  const current = getContext();
  if (current === undefined) return undefined;
  const at = indexOf(current.entries, storage);
  if (at === -1) return current;
  if (current.entries.length === 2) return undefined;
  return new Frame(current.entries.toSpliced(at, 2));
}

/** Value of `storage` in the current context, or `missing`. */
function lookup(storage, missing) {
  const current = getContext();
  if (current === undefined) return missing;
  const { entries } = current;
  for (let i = 0; i < entries.length; i += 2) {
    if (entries[i] === storage) return entries[i + 1];
  }
  return missing;
}

/** Calls `fn` in `context`; gives back the old one whatever happens. */
function runIn(context, fn, thisArg, args) {
  const previous = getContext();
  setContext(context);
  try {
    return Reflect.apply(fn, thisArg, args);
  } finally {
    setContext(previous);
  }
}

module.exports = { getContext, setContext, withValue, without, lookup, runIn };
