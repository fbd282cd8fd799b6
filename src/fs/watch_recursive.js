// Recursive fs.watch: inotify watches single directories, so there is one watcher for each directory below the root.
'use strict';

const EventEmitter = require('events/events');
const path = require('path/path');

const { FsEvent } = binding('fs');

class RecursiveWatcher extends EventEmitter {
  #root;
  #isFile = false;
  #directories = new Map(); // path -> FsEvent
  #files = new Set(); // paths that are known to exist
  #persistent;
  #encoding;
  #ignores;
  #closed = false;

  constructor({ persistent = true, encoding = 'utf8' }, ignores) {
    super();
    this.#persistent = persistent !== false;
    this.#encoding = encoding;
    this.#ignores = ignores;
  }

  begin(filename) {
    this.#root = path.resolve(filename.toString());
    const { statSync } = require('fs/names');
    let isDirectory;
    try {
      isDirectory = statSync(this.#root).isDirectory();
    } catch (error) {
      error.filename = filename;
      throw Object.assign(error, { syscall: 'watch', message: error.message.replace(', stat ', ', watch ') });
    }
    if (isDirectory) {
      this.#watchTree(this.#root);
    } else {
      this.#isFile = true;
      this.#watchOne(this.#root);
    }
  }

  #watchOne(target) {
    if (this.#directories.has(target)) return;
    const handle = new FsEvent();
    handle.onchange = (status, eventType, filename) => {
      if (this.#closed) return;
      this.#onEvent(target, status, eventType, filename === null ? null : filename.toString());
    };
    try {
      handle.start(target, this.#persistent);
    } catch (error) {
      handle.close();
      if (target !== this.#root) return; // gone again already
      error.filename = target;
      throw error;
    }
    this.#directories.set(target, handle);
  }

  /** Watches a directory and all below it. Gives what stands in it. */
  #watchTree(directory) {
    this.#watchOne(directory);
    const found = [];
    let entries;
    try {
      entries = require('fs/dirent').readdirSync(directory, { withFileTypes: true });
    } catch {
      return found;
    }
    for (const entry of entries) {
      const full = path.join(directory, entry.name);
      this.#files.add(full);
      found.push(full);
      if (entry.isDirectory() && !this.#ignores?.(path.relative(this.#root, full)))
        found.push(...this.#watchTree(full));
    }
    return found;
  }

  #unwatch(target) {
    for (const [directory, handle] of this.#directories) {
      if (directory !== target && !directory.startsWith(`${target}/`)) continue;
      handle.close();
      this.#directories.delete(directory);
    }
    for (const file of this.#files) {
      if (file === target || file.startsWith(`${target}/`)) this.#files.delete(file);
    }
  }

  #onEvent(directory, status, eventType, name) {
    if (status < 0) {
      this.emit('error', require('errors/errors').uvException({ errno: status, syscall: 'watch', path: directory }));
      return;
    }
    const full = this.#isFile || name === null ? directory : path.join(directory, name);
    if (eventType === 'rename' && !this.#isFile) {
      const { lstatSync } = require('fs/names');
      const stats = lstatSync(full, { throwIfNoEntry: false });
      // A directory's own watcher tells of its end, too; its parent's has done so.
      if (stats === undefined && !this.#files.has(full)) return;
      this.#tell('rename', full);
      if (this.#closed) return;
      if (stats === undefined) {
        this.#unwatch(full);
      } else {
        this.#files.add(full);
        if (stats.isDirectory() && !this.#directories.has(full) && !this.#ignores?.(path.relative(this.#root, full))) {
          // What was put into it before we watched has not been told.
          for (const found of this.#watchTree(full)) this.#tell('rename', found);
        }
      }
      return;
    }
    this.#tell(eventType, full);
  }

  #tell(eventType, full) {
    if (this.#closed) return;
    const relative = this.#isFile ? path.basename(full) : path.relative(this.#root, full);
    if (relative === '' || this.#ignores?.(relative)) return;
    const { Buffer } = require('buffer/buffer');
    const encoding = this.#encoding;
    const shown =
      !encoding || encoding === 'utf8' || encoding === 'utf-8'
        ? relative
        : encoding === 'buffer'
          ? Buffer.from(relative)
          : Buffer.from(relative).toString(encoding);
    this.emit('change', eventType, shown);
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    for (const handle of this.#directories.values()) handle.close();
    this.#directories.clear();
    process.nextTick(() => this.emit('close'));
  }

  ref() {
    for (const handle of this.#directories.values()) handle.ref();
    return this;
  }

  unref() {
    for (const handle of this.#directories.values()) handle.unref();
    return this;
  }

  /** Changes as an async iterable, as fs.promises.watch gives them. */
  [Symbol.asyncIterator]() {
    const { on } = EventEmitter;
    const events = on(this, 'change', { close: ['close'] });
    return {
      async next() {
        const { done, value } = await events.next();
        return done ? { done, value } : { done: false, value: { eventType: value[0], filename: value[1] } };
      },
      return: () => events.return(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

module.exports = { RecursiveWatcher };
