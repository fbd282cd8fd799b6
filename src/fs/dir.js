// Dir: an open directory.
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateUint32 } = require('errors/validators');
const { decodeName, getOptions, getPath, needsBytes } = require('fs/arguments');
const { Dirent, joinNames } = require('fs/dirent');

const native = binding('fs');

const { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_THIS, ERR_MISSING_ARGS } = codes;

const DEFAULTS = Object.freeze({ __proto__: null, encoding: 'utf8' });

class Dir {
  #fd;
  #path;
  #options;
  #entries = [];
  #at = 0;
  #closed = false;
  #pending = null; // operations waiting for the one that runs
  #directories = []; // still to be read, when recursive
  #current;

  constructor(fd, path, options) {
    if (fd === undefined || fd === null) throw new ERR_MISSING_ARGS('handle');
    this.#fd = fd;
    this.#path = path;
    this.#current = path;
    this.#options = { bufferSize: 32, ...getOptions(options, DEFAULTS) };
    try {
      validateUint32(this.#options.bufferSize, 'options.bufferSize', true);
    } catch (error) {
      native.closeSync(fd);
      throw error;
    }
  }

  get path() {
    if (!(#path in this)) throw new ERR_INVALID_THIS('Dir');
    return this.#path;
  }

  #take(listing) {
    this.#entries.length = 0;
    this.#at = 0;
    this.processReadResult(this.#current, listing);
  }

  /** Adds entries, [names, types], of the directory `path`. Internal, though Node shows it. */
  processReadResult(path, result) {
    const [names, types] = result;
    const { encoding, recursive } = this.#options;
    const decode = needsBytes(encoding) && encoding !== 'buffer';
    for (let i = 0; i < names.length; i++) {
      if (recursive && types[i] === 2) this.#directories.push(joinNames(path, names[i]));
      this.#entries.push(new Dirent(decode ? decodeName(names[i], encoding) : names[i], types[i], path));
    }
  }

  /** Adds the entries of the directory that `dirent` is. Internal, though Node shows it. */
  readSyncRecursive(dirent) {
    const path = joinNames(dirent.parentPath, dirent.name);
    const fd = native.opendirSync(path);
    try {
      for (;;) {
        const listing = native.nextEntriesSync(fd, needsBytes(this.#options.encoding));
        if (listing[0].length === 0) return;
        this.processReadResult(path, listing);
      }
    } finally {
      native.closeSync(fd);
    }
  }

  read(callback) {
    if (callback === undefined) {
      return new Promise((resolve, reject) => {
        this.#read((error, entry) => {
          if (error) reject(error);
          else resolve(entry);
        });
      });
    }
    validateFunction(callback, 'callback');
    this.#read(callback);
  }

  #read(callback) {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#pending !== null) {
      this.#pending.push(() => this.#read(callback));
      return;
    }
    if (this.#at < this.#entries.length) {
      process.nextTick(callback, null, this.#entries[this.#at++]);
      return;
    }
    this.#pending = [];
    this.#fill((error) => {
      const waiting = this.#pending;
      this.#pending = null;
      const entry = error || this.#at >= this.#entries.length ? null : this.#entries[this.#at++];
      for (const operation of waiting) operation();
      if (error) callback(error);
      else callback(null, entry);
    });
  }

  #fill(done) {
    native.nextEntries(this.#fd, needsBytes(this.#options.encoding), (error, listing) => {
      if (error) return done(error);
      this.#take(listing);
      if (this.#entries.length > 0 || this.#directories.length === 0) return done(null);
      const next = this.#directories.shift();
      native.opendir(next, (failure, fd) => {
        if (failure) return done(failure);
        native.closeSync(this.#fd);
        this.#fd = fd;
        this.#current = next;
        this.#fill(done);
      });
    });
  }

  readSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#pending !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    while (this.#at >= this.#entries.length) {
      this.#take(native.nextEntriesSync(this.#fd, needsBytes(this.#options.encoding)));
      if (this.#entries.length > 0) break;
      if (this.#directories.length === 0) return null;
      const next = this.#directories.shift();
      const fd = native.opendirSync(next);
      native.closeSync(this.#fd);
      this.#fd = fd;
      this.#current = next;
    }
    return this.#entries[this.#at++];
  }

  close(callback) {
    if (callback === undefined) {
      if (this.#closed) return Promise.reject(new ERR_DIR_CLOSED());
      return new Promise((resolve, reject) => {
        this.#close((error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
    validateFunction(callback, 'callback');
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    this.#close(callback);
  }

  #close(callback) {
    if (this.#pending !== null) {
      this.#pending.push(() => this.#close(callback));
      return;
    }
    this.#closed = true;
    native.close(this.#fd, callback);
  }

  closeSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#pending !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    this.#closed = true;
    native.closeSync(this.#fd);
  }

  async *entries() {
    try {
      for (;;) {
        const entry = await this.read();
        if (entry === null) break;
        yield entry;
      }
    } finally {
      if (!this.#closed) await this.close();
    }
  }

  [Symbol.dispose]() {
    if (!this.#closed) this.closeSync();
  }

  async [Symbol.asyncDispose]() {
    if (!this.#closed) await this.close();
  }
}

Object.defineProperty(Dir.prototype, Symbol.asyncIterator, {
  __proto__: null,
  value: Dir.prototype.entries,
  enumerable: false,
  writable: true,
  configurable: true,
});

function opendir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateFunction(callback, 'callback');
  path = getPath(path);
  options = getOptions(options, DEFAULTS);
  native.opendir(path, (error, fd) => {
    if (error) return callback(error);
    let dir;
    try {
      dir = new Dir(fd, path, options);
    } catch (failure) {
      return callback(failure);
    }
    callback(null, dir);
  });
}

function opendirSync(path, options) {
  path = getPath(path);
  options = getOptions(options, DEFAULTS);
  return new Dir(native.opendirSync(path), path, options);
}

module.exports = { Dir, opendir, opendirSync };
