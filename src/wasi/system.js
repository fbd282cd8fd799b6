// The system that a WASI program sees: its memory, its descriptors, its calls (wasi_snapshot_preview1).
'use strict';

const { codes } = require('errors/errors');
const { Table } = require('wasi/table');

const native = binding('wasi');

const SUCCESS = 0;
const EINVAL = 28;
const ENOSYS = 52;
const ENOTSUP = 58;
const EOVERFLOW = 61;

const FOLLOW = 1; // lookupflags
const CLOCK = 0;
const FD_WRITE = 2; // eventtypes
const ABSOLUTE = 1; // subclockflags

class System {
  /** Set when the program starts: gives the buffer of its memory, which is another one when it has grown. */
  bufferOfMemory = () => {
    throw new codes.ERR_WASI_NOT_STARTED();
  };

  #table;
  #args;
  #env;

  /**
   * @param {{args: string[], env: string[], preopens: Array<[string, string]>, stdio: number[]}} settings
   * @param {(code: number) => void} exit
   */
  constructor({ args, env, preopens, stdio }, exit) {
    const encode = (text) => require('buffer/buffer').Buffer.from(`${text}\0`);
    this.#args = args.map(encode);
    this.#env = env.map(encode);
    this.#table = new Table(stdio, preopens);
    this.functions = this.#guarded({
      ...this.#textCalls(),
      ...this.#fileCalls(),
      ...this.#pathCalls(),
      ...this.#otherCalls(exit),
    });
  }

  /** Each call as a function of its own: what lies outside of the memory is an error of the call. */
  #guarded(calls) {
    const functions = {};
    for (const [name, call] of Object.entries(calls)) {
      functions[name] = (...args) => {
        try {
          this.bufferOfMemory(); // throws before the start
          return call(...args);
        } catch (error) {
          if (typeof error === 'number') return error;
          if (error instanceof RangeError && error.code === undefined) return EOVERFLOW;
          throw error;
        }
      };
    }
    return functions;
  }

  get #view() {
    return new DataView(this.bufferOfMemory());
  }

  #bytes(at, size) {
    return new Uint8Array(this.bufferOfMemory(), at >>> 0, size >>> 0);
  }

  #text(at, size) {
    const bytes = this.#bytes(at, size);
    return require('buffer/buffer').Buffer.from(bytes).toString();
  }

  #u32(at, value) {
    this.#view.setUint32(at >>> 0, value, true);
    return SUCCESS;
  }

  #u64(at, value) {
    this.#view.setBigUint64(at >>> 0, BigInt(value), true);
    return SUCCESS;
  }

  /** The parts of memory that a list of vectors names. */
  #vectors(at, count) {
    const view = this.#view;
    return Array.from({ length: count >>> 0 }, (_, i) => {
      const place = (at >>> 0) + i * 8;
      return this.#bytes(view.getUint32(place, true), view.getUint32(place + 4, true));
    });
  }

  /** Reads into, or writes from, vectors until one is not done whole. */
  #transfer(vectors, step) {
    let total = 0;
    for (const bytes of vectors) {
      if (bytes.length === 0) continue;
      const result = step(bytes, total);
      if (result < 0) {
        if (total > 0) break;
        throw -result;
      }
      total += result;
      if (result < bytes.length) break;
    }
    return total;
  }

  #lists(list) {
    return {
      get: (pointers, buffer) => {
        let at = buffer >>> 0;
        list.forEach((text, i) => {
          this.#u32((pointers >>> 0) + i * 4, at);
          this.#bytes(at, text.length).set(text);
          at += text.length;
        });
        return SUCCESS;
      },
      sizes: (count, size) => {
        this.#u32(count, list.length);
        return this.#u32(
          size,
          list.reduce((sum, text) => sum + text.length, 0),
        );
      },
    };
  }

  #textCalls() {
    const args = this.#lists(this.#args);
    const env = this.#lists(this.#env);
    return { args_get: args.get, args_sizes_get: args.sizes, environ_get: env.get, environ_sizes_get: env.sizes };
  }

  #fileCalls() {
    const table = this.#table;
    const done = (result) => (result < 0 ? -result : SUCCESS);
    const read = (fd, vectors, count, position, out) => {
      const { host } = table.get(fd, 'fd_read');
      const at = (sum) => (position < 0n ? -1n : position + BigInt(sum));
      return this.#u32(
        out,
        this.#transfer(this.#vectors(vectors, count), (bytes, sum) => native.read(host, bytes, at(sum))),
      );
    };
    const write = (fd, vectors, count, position, out) => {
      const { host } = table.get(fd, 'fd_write');
      const at = (sum) => (position < 0n ? -1n : position + BigInt(sum));
      return this.#u32(
        out,
        this.#transfer(this.#vectors(vectors, count), (bytes, sum) => native.write(host, bytes, at(sum))),
      );
    };
    const seek = (host, offset, whence, out) => {
      const result = native.seek(host, offset, whence);
      return result < 0 ? -result : this.#u64(out, result);
    };
    return {
      fd_advise: (fd, offset, size, advice) =>
        done(native.advise(table.get(fd, 'fd_advise').host, offset, size, advice)),
      fd_allocate: (fd, offset, size) => done(native.allocate(table.get(fd, 'fd_allocate').host, offset, size)),
      fd_close: (fd) => table.close(fd),
      fd_datasync: (fd) => done(native.sync(table.get(fd, 'fd_datasync').host, true)),
      fd_fdstat_get: (fd, out) => {
        const entry = table.get(fd);
        const flags = native.flags(entry.host);
        if (flags < 0) return -flags;
        this.#bytes(out, 24).fill(0);
        const view = this.#view;
        const at = out >>> 0;
        view.setUint8(at, entry.type);
        view.setUint16(at + 2, flags, true);
        view.setBigUint64(at + 8, entry.rights, true);
        view.setBigUint64(at + 16, entry.inheriting, true);
        return SUCCESS;
      },
      fd_fdstat_set_flags: (fd, flags) => done(native.setFlags(table.get(fd, 'fd_fdstat_set_flags').host, flags >>> 0)),
      fd_fdstat_set_rights: (fd, rights, inheriting) => table.restrict(fd, rights, inheriting),
      fd_filestat_get: (fd, out) => done(native.stat(table.get(fd, 'fd_filestat_get').host, this.#bytes(out, 64))),
      fd_filestat_set_size: (fd, size) => done(native.truncate(table.get(fd, 'fd_filestat_set_size').host, size)),
      fd_filestat_set_times: (fd, accessed, modified, flags) => {
        const { host } = table.get(fd, 'fd_filestat_set_times');
        return done(native.times(host, BigInt.asUintN(64, accessed), BigInt.asUintN(64, modified), flags >>> 0));
      },
      fd_pread: (fd, vectors, count, offset, out) => read(fd, vectors, count, BigInt.asUintN(63, offset), out),
      fd_prestat_get: (fd, out) => {
        const { preopen } = table.preopen(fd);
        this.#bytes(out, 8).fill(0);
        return this.#u32((out >>> 0) + 4, preopen.length);
      },
      fd_prestat_dir_name: (fd, out, size) => {
        const { preopen } = table.preopen(fd);
        if (preopen.length > size >>> 0) return 37; // ENAMETOOLONG
        this.#bytes(out, preopen.length).set(preopen);
        return SUCCESS;
      },
      fd_pwrite: (fd, vectors, count, offset, out) => write(fd, vectors, count, BigInt.asUintN(63, offset), out),
      fd_read: (fd, vectors, count, out) => read(fd, vectors, count, -1n, out),
      fd_readdir: (fd, buffer, size, cookie, out) => {
        const { host } = table.get(fd, 'fd_readdir');
        const used = native.readDirectory(host, this.#bytes(buffer, size), Number(BigInt.asUintN(64, cookie)));
        return used < 0 ? -used : this.#u32(out, used);
      },
      fd_renumber: (from, to) => table.renumber(from, to),
      fd_seek: (fd, offset, whence, out) => seek(table.get(fd, 'fd_seek').host, offset, whence, out),
      fd_sync: (fd) => done(native.sync(table.get(fd, 'fd_sync').host, false)),
      fd_tell: (fd, out) => seek(table.get(fd, 'fd_tell').host, 0n, 1, out),
      fd_write: (fd, vectors, count, out) => write(fd, vectors, count, -1n, out),
    };
  }

  #pathCalls() {
    const table = this.#table;
    const done = (result) => (result < 0 ? -result : SUCCESS);
    return {
      path_create_directory: (fd, path, size) =>
        done(native.makeDirectory(table.get(fd, 'path_create_directory').host, this.#text(path, size))),
      path_filestat_get: (fd, flags, path, size, out) => {
        const { host } = table.get(fd, 'path_filestat_get');
        return done(native.statAt(host, this.#text(path, size), (flags & FOLLOW) !== 0, this.#bytes(out, 64)));
      },
      path_filestat_set_times: (fd, flags, path, size, accessed, modified, what) => {
        const { host } = table.get(fd, 'path_filestat_set_times');
        const times = [BigInt.asUintN(64, accessed), BigInt.asUintN(64, modified)];
        return done(native.timesAt(host, this.#text(path, size), (flags & FOLLOW) !== 0, ...times, what >>> 0));
      },
      path_link: (from, flags, path, size, to, newPath, newSize) =>
        done(
          native.linkAt(
            table.get(from, 'path_link_source').host,
            this.#text(path, size),
            (flags & FOLLOW) !== 0,
            table.get(to, 'path_link_target').host,
            this.#text(newPath, newSize),
          ),
        ),
      path_open: (fd, flags, path, size, how, rights, inheriting, descriptorFlags, out) => {
        const directory = table.get(fd, 'path_open');
        const opened = table.open(
          directory,
          this.#text(path, size),
          (flags & FOLLOW) !== 0,
          ((descriptorFlags & 0x1f) << 8) | (how & 0xf),
          BigInt.asUintN(64, rights),
          BigInt.asUintN(64, inheriting),
        );
        return this.#u32(out, opened);
      },
      path_readlink: (fd, path, size, buffer, bufferSize, out) => {
        const { host } = table.get(fd, 'path_readlink');
        const used = native.readlinkAt(host, this.#text(path, size), this.#bytes(buffer, bufferSize));
        return used < 0 ? -used : this.#u32(out, used);
      },
      path_remove_directory: (fd, path, size) =>
        done(native.removeAt(table.get(fd, 'path_remove_directory').host, this.#text(path, size), true)),
      path_rename: (from, path, size, to, newPath, newSize) =>
        done(
          native.renameAt(
            table.get(from, 'path_rename_source').host,
            this.#text(path, size),
            table.get(to, 'path_rename_target').host,
            this.#text(newPath, newSize),
          ),
        ),
      path_symlink: (target, targetSize, fd, path, size) =>
        done(
          native.symlinkAt(this.#text(target, targetSize), table.get(fd, 'path_symlink').host, this.#text(path, size)),
        ),
      path_unlink_file: (fd, path, size) =>
        done(native.removeAt(table.get(fd, 'path_unlink_file').host, this.#text(path, size), false)),
    };
  }

  #otherCalls(exit) {
    const table = this.#table;
    const done = (result) => (result < 0 ? -result : SUCCESS);
    return {
      clock_res_get: (id, out) => done(native.clockTime(id >>> 0, this.#bytes(out, 8), true)),
      clock_time_get: (id, _precision, out) => done(native.clockTime(id >>> 0, this.#bytes(out, 8), false)),
      poll_oneoff: (subscriptions, events, count, out) => this.#poll(subscriptions, events, count >>> 0, out),
      proc_exit: (code) => exit(code >>> 0),
      proc_raise: () => ENOSYS,
      random_get: (buffer, size) => done(native.randomBytes(this.#bytes(buffer, size))),
      sched_yield: () => {
        native.yieldThread();
        return SUCCESS;
      },
      sock_accept: (fd, flags, out) => {
        const result = native.socketAccept(table.get(fd, 'sock_accept').host, flags >>> 0);
        return result < 0 ? -result : this.#u32(out, table.add(result));
      },
      sock_recv: (fd, vectors, count, flags, sizeOut, flagsOut) => {
        const { host } = table.get(fd, 'fd_read');
        const step = (bytes) => native.socketReceive(host, bytes, flags >>> 0);
        const size = this.#transfer(this.#vectors(vectors, count), step);
        this.#view.setUint16(flagsOut >>> 0, 0, true);
        return this.#u32(sizeOut, size);
      },
      sock_send: (fd, vectors, count, flags, out) => {
        if (flags !== 0) return ENOTSUP;
        const { host } = table.get(fd, 'fd_write');
        return this.#u32(
          out,
          this.#transfer(this.#vectors(vectors, count), (bytes) => native.socketSend(host, bytes)),
        );
      },
      sock_shutdown: (fd, how) => done(native.socketShutdown(table.get(fd, 'sock_shutdown').host, how >>> 0)),
    };
  }

  #now(id) {
    const time = new BigUint64Array(1);
    const result = native.clockTime(id, time, false);
    if (result < 0) throw -result;
    return time[0];
  }

  /** Waits for the first of several clocks and descriptors. */
  #poll(subscriptions, events, count, out) {
    if (count === 0) return EINVAL;
    const view = this.#view;
    const clocks = [];
    const files = [];
    const failed = [];
    for (let i = 0; i < count; i++) {
      const at = (subscriptions >>> 0) + i * 48;
      const one = { userdata: view.getBigUint64(at, true), type: view.getUint8(at + 8), error: 0, size: 0n, flags: 0 };
      if (one.type === CLOCK) {
        const id = view.getUint32(at + 16, true);
        const timeout = view.getBigUint64(at + 24, true);
        const isAbsolute = (view.getUint16(at + 40, true) & ABSOLUTE) !== 0;
        const now = this.#now(id);
        const left = isAbsolute ? (timeout > now ? timeout - now : 0n) : timeout;
        clocks.push({ ...one, left });
      } else if (one.type <= FD_WRITE) {
        try {
          const { host } = this.#table.get(view.getUint32(at + 16, true), 'poll_fd_readwrite');
          files.push({ ...one, host });
        } catch (error) {
          failed.push({ ...one, error });
        }
      } else {
        return EINVAL;
      }
    }
    const first = clocks.reduce((least, { left }) => (least === undefined || left < least ? left : least), undefined);
    // What is known to have failed needs no waiting.
    const milliseconds = failed.length > 0 ? 0 : first === undefined ? -1 : Math.ceil(Number(first) / 1e6);
    const hosts = files.map(({ host }) => host);
    const wanted = files.map(({ type }) => type);
    const happened = native.waitFor(hosts, wanted, milliseconds);
    const ready = [...failed];
    files.forEach((file, i) => {
      if (happened[i] === 0) return;
      ready.push({
        ...file,
        error: (happened[i] & 8) !== 0 ? 29 : 0,
        size: 1n,
        flags: (happened[i] & 4) !== 0 ? 1 : 0,
      });
    });
    if (ready.length === 0) ready.push(...clocks.filter(({ left }) => left === first));
    const result = this.#view;
    ready.forEach(({ userdata, type, error, size, flags }, i) => {
      const at = (events >>> 0) + i * 32;
      this.#bytes(at, 32).fill(0);
      result.setBigUint64(at, userdata, true);
      result.setUint16(at + 8, error, true);
      result.setUint8(at + 10, type);
      result.setBigUint64(at + 16, size, true);
      result.setUint16(at + 24, flags, true);
    });
    return this.#u32(out, ready.length);
  }
}

module.exports = System;
