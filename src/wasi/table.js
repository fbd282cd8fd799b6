// The descriptors of a WASI program, and what each may be used for.
'use strict';

const native = binding('wasi');

const EBADF = 8;
const EINVAL = 28;
const ENOTDIR = 54;
const ENOTCAPABLE = 76;

const DIRECTORY = 3; // filetype

const NAMES = [
  'fd_datasync',
  'fd_read',
  'fd_seek',
  'fd_fdstat_set_flags',
  'fd_sync',
  'fd_tell',
  'fd_write',
  'fd_advise',
  'fd_allocate',
  'path_create_directory',
  'path_create_file',
  'path_link_source',
  'path_link_target',
  'path_open',
  'fd_readdir',
  'path_readlink',
  'path_rename_source',
  'path_rename_target',
  'path_filestat_get',
  'path_filestat_set_size',
  'path_filestat_set_times',
  'fd_filestat_get',
  'fd_filestat_set_size',
  'fd_filestat_set_times',
  'path_symlink',
  'path_remove_directory',
  'path_unlink_file',
  'poll_fd_readwrite',
  'sock_shutdown',
  'sock_accept',
];
/** Right -> its bit. */
const RIGHTS = Object.fromEntries(NAMES.map((name, i) => [name, 1n << BigInt(i)]));
const ALL = (1n << BigInt(NAMES.length)) - 1n;
const of = (...names) => names.reduce((sum, name) => sum | RIGHTS[name], 0n);

const FOR_DIRECTORIES = of(
  'fd_fdstat_set_flags',
  'fd_sync',
  'fd_advise',
  'fd_readdir',
  'fd_filestat_get',
  'fd_filestat_set_times',
  'poll_fd_readwrite',
  ...NAMES.filter((name) => name.startsWith('path_')),
);
const FOR_FILES =
  ALL & ~of(...NAMES.filter((name) => name.startsWith('path_') || name.startsWith('sock_')), 'fd_readdir');
const FOR_STREAMS = of(
  'fd_read',
  'fd_write',
  'fd_fdstat_set_flags',
  'fd_filestat_get',
  'poll_fd_readwrite',
  'sock_shutdown',
  'sock_accept',
);

const READS = of('fd_read', 'fd_readdir');
const WRITES = of('fd_datasync', 'fd_write', 'fd_allocate', 'fd_filestat_set_size');

/** What a descriptor of this type can at most be used for. */
function rightsOf(type) {
  if (type === DIRECTORY) return FOR_DIRECTORIES;
  return type === 4 ? FOR_FILES : FOR_STREAMS;
}

class Table {
  #entries = new Map();

  /** @param {number[]} stdio the host's descriptors @param {Array<[string, string]>} preopens */
  constructor(stdio, preopens) {
    stdio.forEach((host, i) => {
      const type = Math.max(native.type(host), 0);
      this.#entries.set(i, { host, type, rights: rightsOf(type), inheriting: 0n, isBorrowed: true });
    });
    for (const [name, path] of preopens) {
      const host = native.openDirectory(path);
      if (host < 0) throw initError(-host);
      const preopen = require('buffer/buffer').Buffer.from(name);
      this.#entries.set(this.#free(), { host, type: DIRECTORY, rights: FOR_DIRECTORIES, inheriting: ALL, preopen });
    }
    // The program may go without closing anything.
    registry().register(this, this.#entries);
  }

  #free() {
    let fd = 0;
    while (this.#entries.has(fd)) fd++;
    return fd;
  }

  /** The descriptor, which needs the right `name`. Throws a number: the error of the call. */
  get(fd, name) {
    const entry = this.#entries.get(fd >>> 0);
    if (entry === undefined) throw EBADF;
    if (name !== undefined && (entry.rights & RIGHTS[name]) === 0n) {
      if (name.startsWith('path_') && entry.type !== DIRECTORY) throw ENOTDIR;
      throw ENOTCAPABLE;
    }
    return entry;
  }

  preopen(fd) {
    const entry = this.get(fd);
    if (entry.preopen === undefined) throw EINVAL;
    return entry;
  }

  add(host) {
    const type = Math.max(native.type(host), 0);
    const fd = this.#free();
    this.#entries.set(fd, { host, type, rights: rightsOf(type), inheriting: 0n });
    return fd;
  }

  open(directory, path, follow, flags, rights, inheriting) {
    if ((rights & ~directory.inheriting) !== 0n || (inheriting & ~directory.inheriting) !== 0n) throw ENOTCAPABLE;
    if ((flags & 1) !== 0 && (directory.rights & RIGHTS.path_create_file) === 0n) throw ENOTCAPABLE;
    if ((flags & 8) !== 0 && (directory.rights & RIGHTS.path_filestat_set_size) === 0n) throw ENOTCAPABLE;
    const writes = (rights & WRITES) !== 0n || (flags & 0x108) !== 0;
    const isDirectory = (flags & 2) !== 0;
    let host = native.openAt(directory.host, path, follow, flags, (rights & READS) !== 0n, writes && !isDirectory);
    // All rights were asked for, also those that a directory cannot give.
    if (host === -31 && (flags & 9) === 0) host = native.openAt(directory.host, path, follow, flags, true, false);
    if (host < 0) throw -host;
    const type = Math.max(native.type(host), 0);
    const fd = this.#free();
    const possible = rightsOf(type);
    const left = type === DIRECTORY ? inheriting : inheriting & possible;
    this.#entries.set(fd, { host, type, rights: rights & possible, inheriting: left });
    return fd;
  }

  restrict(fd, rights, inheriting) {
    const entry = this.get(fd);
    rights = BigInt.asUintN(64, rights);
    inheriting = BigInt.asUintN(64, inheriting);
    if ((rights & ~entry.rights) !== 0n || (inheriting & ~entry.inheriting) !== 0n) return ENOTCAPABLE;
    entry.rights = rights;
    entry.inheriting = inheriting;
    return 0;
  }

  close(fd) {
    const entry = this.get(fd);
    this.#entries.delete(fd >>> 0);
    if (entry.isBorrowed) return 0;
    const result = native.close(entry.host);
    return result < 0 ? -result : 0;
  }

  renumber(from, to) {
    const entry = this.get(from);
    this.get(to);
    if (from === to) return 0;
    this.close(to);
    this.#entries.delete(from >>> 0);
    this.#entries.set(to >>> 0, entry);
    return 0;
  }
}

let finalizers;
const registry = () =>
  (finalizers ??= new FinalizationRegistry((entries) => {
    for (const { host, isBorrowed } of entries.values()) {
      if (!isBorrowed) native.close(host);
    }
  }));

const INIT_ERRORS = {
  __proto__: null,
  2: 'EACCES',
  33: 'EMFILE',
  41: 'ENFILE',
  44: 'ENOENT',
  54: 'ENOTDIR',
  63: 'EPERM',
};

function initError(number) {
  const code = `UVWASI_${INIT_ERRORS[number] ?? 'EIO'}`;
  const error = new Error(`${code}, uvwasi_init`);
  error.errno = number;
  error.code = code;
  error.syscall = 'uvwasi_init';
  return error;
}

module.exports = { Table };
