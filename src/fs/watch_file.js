// watchFile: polls a file's stats.
'use strict';

const EventEmitter = require('events/events');
const { validateFunction, validateUint32 } = require('errors/validators');
const { getPath } = require('fs/arguments');
const { emptyStats } = require('fs/stats');

const watchers = new Map();

const FIELDS = ['ctimeMs', 'mtimeMs', 'birthtimeMs', 'size', 'mode', 'uid', 'gid', 'ino', 'dev'];
const differ = (a, b) => FIELDS.some((field) => a[field] !== b[field]);

class StatWatcher extends EventEmitter {
  #path;
  #bigint;
  #interval;
  #timer = null;
  #previous = null;
  #missing = false;
  #persistent;
  #stopped = false;

  constructor(path, { bigint, interval, persistent }) {
    super();
    this.#path = path;
    this.#bigint = Boolean(bigint);
    this.#interval = interval;
    this.#persistent = persistent;
    this.#poll();
  }

  #poll() {
    if (this.#stopped) return;
    const { stat } = require('fs/names');
    stat(this.#path, { bigint: this.#bigint }, (error, stats) => {
      if (this.#stopped) return;
      const current = error ? emptyStats(this.#bigint) : stats;
      const first = this.#previous === null;
      if (first) {
        // The first look tells only of a file that is not there.
        this.#previous = current;
        this.#missing = Boolean(error);
        if (error) this.emit('change', current, current);
      } else if (this.#missing !== Boolean(error) || differ(current, this.#previous)) {
        const before = this.#previous;
        this.#previous = current;
        this.#missing = Boolean(error);
        this.emit('change', current, before);
      }
      if (this.#stopped) return;
      this.#timer = require('timers/timers').setTimeout(() => this.#poll(), this.#interval);
      if (!this.#persistent) this.#timer.unref();
    });
  }

  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer !== null) require('timers/timers').clearTimeout(this.#timer);
    process.nextTick(() => this.emit('stop'));
  }

  ref() {
    this.#persistent = true;
    this.#timer?.ref();
    return this;
  }

  unref() {
    this.#persistent = false;
    this.#timer?.unref();
    return this;
  }
}

const keyOf = (filename) => require('path/path').resolve(filename.toString());

function watchFile(filename, options, listener) {
  filename = keyOf(getPath(filename, 'filename'));
  if (options === null || typeof options !== 'object') {
    listener = options;
    options = null;
  }
  options = { interval: 5007, persistent: true, ...options };
  validateFunction(listener, 'listener');
  validateUint32(options.interval, 'interval');
  let watcher = watchers.get(filename);
  if (watcher === undefined) {
    watcher = new StatWatcher(filename, options);
    watchers.set(filename, watcher);
  } else if (options.persistent) {
    watcher.ref();
  }
  watcher.addListener('change', listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  filename = keyOf(getPath(filename, 'filename'));
  const watcher = watchers.get(filename);
  if (watcher === undefined) return;
  if (typeof listener === 'function') {
    watcher.removeListener('change', listener);
  } else {
    watcher.removeAllListeners('change');
  }
  if (watcher.listenerCount('change') === 0) {
    watcher.stop();
    watchers.delete(filename);
  }
}

module.exports = { StatWatcher, unwatchFile, watchFile };
