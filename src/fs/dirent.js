// Directory entries, and readdir.
'use strict';

const { validateBoolean } = require('errors/validators');
const { decodeName, getCallback, getOptions, getPath, needsBytes, rethrow } = require('fs/arguments');
const { constants } = require('fs/constants');

const native = binding('fs');

const {
  UV_DIRENT_UNKNOWN,
  UV_DIRENT_FILE,
  UV_DIRENT_DIR,
  UV_DIRENT_LINK,
  UV_DIRENT_FIFO,
  UV_DIRENT_SOCKET,
  UV_DIRENT_CHAR,
  UV_DIRENT_BLOCK,
} = constants;

const EMPTY = Object.freeze({ __proto__: null });
const kType = Symbol('type');

class Dirent {
  constructor(name, type, path) {
    this.name = name;
    this.parentPath = path;
    this[kType] = type;
  }

  isDirectory() {
    return this[kType] === UV_DIRENT_DIR;
  }
  isFile() {
    return this[kType] === UV_DIRENT_FILE;
  }
  isBlockDevice() {
    return this[kType] === UV_DIRENT_BLOCK;
  }
  isCharacterDevice() {
    return this[kType] === UV_DIRENT_CHAR;
  }
  isSymbolicLink() {
    return this[kType] === UV_DIRENT_LINK;
  }
  isFIFO() {
    return this[kType] === UV_DIRENT_FIFO;
  }
  isSocket() {
    return this[kType] === UV_DIRENT_SOCKET;
  }
}

/** A Dirent for a path whose stats are known (glob). */
function direntOfStats(name, parent, stats) {
  let type = UV_DIRENT_UNKNOWN;
  if (stats.isDirectory()) type = UV_DIRENT_DIR;
  else if (stats.isFile()) type = UV_DIRENT_FILE;
  else if (stats.isSymbolicLink()) type = UV_DIRENT_LINK;
  else if (stats.isFIFO()) type = UV_DIRENT_FIFO;
  else if (stats.isSocket()) type = UV_DIRENT_SOCKET;
  else if (stats.isCharacterDevice()) type = UV_DIRENT_CHAR;
  else if (stats.isBlockDevice()) type = UV_DIRENT_BLOCK;
  return new Dirent(name, type, parent);
}

/** A name below a directory; either may be a Buffer. */
function joinNames(directory, name) {
  if (typeof directory === 'string' && typeof name === 'string') {
    return directory === '' || directory.endsWith('/') ? directory + name : `${directory}/${name}`;
  }
  const { Buffer } = require('buffer/buffer');
  return Buffer.concat([Buffer.from(directory), Buffer.from('/'), Buffer.from(name)]);
}

function checkOptions(options) {
  options = getOptions(options, EMPTY);
  if (options.recursive !== undefined && options.recursive !== null)
    validateBoolean(options.recursive, 'options.recursive');
  return options;
}

/** The native listing as the caller wants it: names or Dirents, in the right encoding. */
function present(listing, directory, { encoding, withFileTypes }) {
  const decode = needsBytes(encoding) && encoding !== 'buffer';
  if (!withFileTypes) return decode ? listing.map((name) => decodeName(name, encoding)) : listing;
  const [names, types] = listing;
  const entries = new Array(names.length);
  for (let i = 0; i < names.length; i++) {
    entries[i] = new Dirent(decode ? decodeName(names[i], encoding) : names[i], types[i], directory);
  }
  return entries;
}

function readdir(path, options, callback) {
  callback = getCallback(typeof options === 'function' ? options : callback);
  options = checkOptions(options);
  path = getPath(path);
  if (options.recursive) {
    readTree(path, options).then(
      (entries) => process.nextTick(callback, null, entries),
      (error) => process.nextTick(callback, error),
    );
    return;
  }
  native.readdir(path, Boolean(options.withFileTypes), needsBytes(options.encoding), (error, listing) => {
    if (error) callback(error);
    else callback(null, present(listing, path, options));
  });
}

function readdirSync(path, options) {
  options = checkOptions(options);
  path = getPath(path);
  if (options.recursive) {
    const walk = treeWalk(path, options);
    let step = walk.next();
    while (!step.done) step = walk.next(native.readdirSync(step.value, true, false));
    return step.value;
  }
  return present(native.readdirSync(path, Boolean(options.withFileTypes), needsBytes(options.encoding)), path, options);
}

async function readdirPromise(path, options) {
  options = checkOptions(options);
  path = getPath(path);
  if (options.recursive) return readTree(path, options);
  return present(
    await native.readdirPromise(path, Boolean(options.withFileTypes), needsBytes(options.encoding)).catch(rethrow),
    path,
    options,
  );
}

/**
 * All entries below a directory, breadth first. Yields directories to be read and is sent their listings, so that one walk
 * serves the synchronous and the asynchronous functions.
 */
function* treeWalk(root, { encoding, withFileTypes }) {
  const base = typeof root === 'string' ? root : root.toString();
  const found = [];
  const queue = [''];
  const encode = needsBytes(encoding);
  const { Buffer } = require('buffer/buffer');
  const asAsked = (name) => (encode ? decodeName(Buffer.from(name), encoding) : name);
  for (let at = 0; at < queue.length; at++) {
    const below = queue[at];
    const directory = below === '' ? base : joinNames(base, below);
    const [names, types] = yield directory;
    for (let i = 0; i < names.length; i++) {
      const relative = below === '' ? names[i] : `${below}/${names[i]}`;
      if (withFileTypes) found.push(new Dirent(asAsked(names[i]), types[i], directory));
      else found.push(asAsked(relative));
      if (types[i] === UV_DIRENT_DIR) queue.push(relative);
    }
  }
  return found;
}

async function readTree(path, options) {
  const walk = treeWalk(path, options);
  let step = walk.next();
  while (!step.done) step = walk.next(await native.readdirPromise(step.value, true, false).catch(rethrow));
  return step.value;
}

module.exports = { Dirent, direntOfStats, joinNames, readdir, readdirPromise, readdirSync };
