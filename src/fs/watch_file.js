// watchFile: polls a file's stats.
'use strict';

const EventEmitter = require('events/events');
const { validateFunction, validateUint32 } = require('errors/validators');
const { getPath } = require('fs/arguments');
const { toStats } = require('fs/stats');

const native = binding('fs');

const watchers = new Map();

class StatWatcher extends EventEmitter {
  #handle;

  constructor(path, { bigint, interval, persistent }) {
    super();
    this.#handle = new native.StatWatcher(Boolean(bigint));
    this.#handle.onchange = (status, current, previous) => {
      this.emit('change', toStats(current), toStats(previous));
    };
    if (!persistent) this.#handle.unref();
    this.#handle.start(path, interval);
  }

  stop() {
    if (this.#handle === null) return;
    this.#handle.close();
    this.#handle = null;
    process.nextTick(() => this.emit('stop'));
  }

  ref() {
    this.#handle?.ref();
    return this;
  }

  unref() {
    this.#handle?.unref();
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
