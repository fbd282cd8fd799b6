// The compile cache on disk: code caches of V8 and stripped TypeScript, kept between runs.
// https://nodejs.org/api/module.html#module-compile-cache
'use strict';

const { codes } = require('errors/errors');
const path = require('path/path');
const shared = require('process/state');

const STATUS = Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 });

/** Of an entry's file: magic, size of the source, size of the data, CRC-32 of both. */
const MAGIC = 0x56495243;
const HEADER = 5;

/**
 * One source's place in the cache.
 * @typedef {object} Entry
 * @property {string} kind as it is shown
 * @property {string} filename
 * @property {string} file of the cache
 * @property {number} sourceHash
 * @property {number} sourceSize
 * @property {Buffer|undefined} data what was read
 * @property {boolean} accepted whether that was good
 * @property {(() => Uint8Array)|undefined} make new data, when the process ends
 */

/** Folder of this build's entries; undefined: not enabled. */
let folder;
let base;
let portable = false;
let debug;
const entries = new Map();

function log(message) {
  debug ??= (process.env.NODE_DEBUG_NATIVE ?? '').split(',').some((each) => /^compile_cache$/i.test(each.trim()));
  if (debug) binding('process').rawDebug(`[compile cache] ${message}`);
}

const crc = (bytes) => binding('zlib').crc32(bytes, 0) >>> 0;
const bytesOf = (text) => require('buffer/buffer').Buffer.from(text);

/** Caches are for one version of V8 with one set of flags, and for one user. */
function versionName() {
  const tag = require('v8/v8').cachedDataVersionTag().toString(16).padStart(8, '0');
  return `${process.version}-${process.arch}-vireo${process.versions.vireo ?? ''}-${tag}-${process.getuid()}`;
}

/**
 * module.enableCompileCache([options])
 * @param {string|{directory?: string, portable?: boolean}} [options]
 * @returns {{status: number, message?: string, directory?: string}}
 */
function enableCompileCache(options = undefined) {
  let directory = options;
  let wantsPortable;
  if (options !== null && typeof options === 'object') ({ directory, portable: wantsPortable } = options);
  if (directory !== undefined && typeof directory !== 'string')
    throw codes.ERR_INVALID_ARG_TYPE.fromMessage('cacheDir should be a string', TypeError);
  if (process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) {
    const message = 'Disabled by NODE_DISABLE_COMPILE_CACHE';
    log(message);
    return { status: STATUS.DISABLED, message };
  }
  if (folder !== undefined) return { status: STATUS.ALREADY_ENABLED, directory: folder };
  directory ||= process.env.NODE_COMPILE_CACHE || path.join(require('os/os').tmpdir(), 'node-compile-cache');
  wantsPortable ??= process.env.NODE_COMPILE_CACHE_PORTABLE === '1';
  return enable(directory, wantsPortable);
}

function enable(directory, wantsPortable) {
  const wanted = path.resolve(directory);
  const versioned = path.join(wanted, versionName());
  log(`resolved path ${directory} + ${path.basename(versioned)} -> ${versioned}`);
  try {
    require('fs/fs').mkdirSync(versioned, { recursive: true });
    log(`creating cache directory ${versioned}...success`);
  } catch (error) {
    log(`creating cache directory ${versioned}...${error.message}`);
    return { status: STATUS.FAILED, message: `Cannot create cache directory: ${error.message}` };
  }
  folder = versioned;
  base = wanted;
  portable = wantsPortable;
  shared.compileCache = module.exports;
  return { status: STATUS.ENABLED, directory: wanted };
}

/** NODE_COMPILE_CACHE, at the start of the process. */
function enableFromEnvironment() {
  if (process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  enable(process.env.NODE_COMPILE_CACHE, process.env.NODE_COMPILE_CACHE_PORTABLE === '1');
}

/** module.getCompileCacheDir() */
const getCompileCacheDir = () => folder;

/** The Entry of a source: read from disk when it is first asked for. */
function entryFor(kind, filename, source) {
  const key = `${kind}\0${filename}`;
  const text = bytesOf(source);
  const sourceHash = crc(text);
  const known = entries.get(key);
  if (known !== undefined && known.sourceHash === sourceHash) return known;
  const name = portable && path.isAbsolute(filename) ? path.relative(base, filename) : filename;
  const file = path.join(
    folder,
    crc(bytesOf(`${kind}\0${name}`))
      .toString(16)
      .padStart(8, '0'),
  );
  const entry = {
    kind,
    filename,
    file,
    sourceHash,
    sourceSize: text.length,
    data: undefined,
    accepted: false,
    make: undefined,
  };
  entry.data = readEntry(entry);
  entries.set(key, entry);
  return entry;
}

/** The checked data of an entry's file; undefined when there is none that fits. */
function readEntry(entry) {
  const start = `reading cache from ${entry.file} for ${entry.kind} ${entry.filename}...`;
  let bytes;
  try {
    bytes = require('fs/fs').readFileSync(entry.file);
  } catch (error) {
    log(`${start} ${error.code === 'ENOENT' ? 'no such file or directory' : error.message}`);
    return undefined;
  }
  const refuse = (why) => log(`${start}${why}`);
  if (bytes.length < HEADER * 4) return refuse(' incomplete header');
  const header = Array.from({ length: HEADER }, (_, i) => bytes.readUInt32LE(i * 4));
  const [magic, sourceSize, dataSize, sourceHash, dataHash] = header;
  const shown = `${start}[${header.join(' ')}]...`;
  const data = bytes.subarray(HEADER * 4);
  if (magic !== MAGIC) return refuse(` magic number mismatch: expected ${MAGIC}, actual ${magic}`);
  if (sourceSize !== entry.sourceSize)
    return refuse(` code size mismatch: expected ${entry.sourceSize}, actual ${sourceSize}`);
  if (sourceHash !== entry.sourceHash)
    return refuse(` code hash mismatch: expected ${entry.sourceHash}, actual ${sourceHash}`);
  if (dataSize !== data.length) return refuse(` cache size mismatch: expected ${dataSize}, actual ${data.length}`);
  if (crc(data) !== dataHash) return refuse(` cache hash mismatch: expected ${dataHash}`);
  log(`${shown} success, size=${data.length}`);
  return data;
}

/** What became of the data that V8 was given; `make` gives new data if that is needed. */
function settled(entry, wasRejected, make) {
  const name = `V8 code cache for ${entry.kind} ${entry.filename}`;
  if (entry.data !== undefined && !wasRejected) {
    entry.accepted = true;
    log(`${name} was accepted, keeping the in-memory entry`);
    return;
  }
  log(`${name} was ${entry.data === undefined ? 'not initialized' : 'rejected'}, initializing the in-memory entry`);
  entry.make = make;
}

/** Compiles the body of a CommonJS module. */
function compileCommonJS(source, filename, symbol) {
  const { compileCommonJSCached, functionCache } = binding('modules');
  const entry = entryFor('CommonJS', filename, source);
  const [fn, wasRejected] = compileCommonJSCached(source, filename, symbol, entry.data);
  settled(entry, wasRejected, () => functionCache(fn));
  return fn;
}

/** Compiles an ES module by `compile(cachedData)`. */
function compileModule(source, url, compile) {
  const filename = url.startsWith('file:') ? require('url/url').fileURLToPath(url) : url;
  const entry = entryFor('ESM', filename, source);
  const wrap = compile(entry.data);
  wrap.keepForCache();
  settled(entry, entry.data !== undefined && wrap.rejected(), () => wrap.createCachedData());
  return wrap;
}

const KINDS = {
  __proto__: null,
  'strip-only': 'StrippedTypeScript',
  transform: 'TransformedTypeScript',
};

/** JavaScript of TypeScript, kept: `make()` when it is not in the cache. */
function transpiled(source, filename, mode, hasSourceMap, make) {
  const kind = hasSourceMap ? 'TransformedTypeScriptWithSourceMaps' : KINDS[mode];
  const entry = entryFor(kind, filename, source);
  if (entry.data !== undefined) {
    entry.accepted = true;
    log(`retrieving transpile cache for ${kind} ${filename}...success`);
    return entry.data.toString();
  }
  log(`no transpile cache for ${kind} ${filename}`);
  const code = make();
  log(`saving transpilation cache for ${kind} ${filename}`);
  entry.make = () => bytesOf(code);
  return code;
}

/** Writes what is new: module.flushCompileCache(), and when the process ends. */
function flush(asked = false) {
  if (folder === undefined) return;
  if (asked) log('module.flushCompileCache() requested.');
  for (const entry of entries.values()) {
    const name = `${entry.kind} ${entry.filename}`;
    if (entry.accepted) log(`skip persisting ${name} because cache was the same`);
    else if (entry.make === undefined) log(`skip persisting ${name} because the cache was not initialized`);
    else write(entry, name);
  }
  if (asked) log('module.flushCompileCache() finished.');
}

function write(entry, name) {
  const fs = require('fs/fs');
  const { Buffer } = require('buffer/buffer');
  let temporary;
  try {
    const data = entry.make();
    const header = Buffer.alloc(HEADER * 4);
    [MAGIC, entry.sourceSize, data.length, entry.sourceHash, crc(data)].forEach((word, i) =>
      header.writeUInt32LE(word, i * 4),
    );
    temporary = `${entry.file}.${process.pid}${Math.random().toString(36).slice(2, 8)}`;
    log(`Creating temporary file for cache of ${entry.filename} (${entry.kind})... -> ${temporary}`);
    fs.writeFileSync(temporary, Buffer.concat([header, data]), { flag: 'wx' });
    log(`writing cache for ${name} to temporary file ${temporary} [size ${data.length}]...success`);
    fs.renameSync(temporary, entry.file); // other processes see all of it, or nothing
    log(`Renaming ${temporary} to ${entry.file}...success`);
    entry.accepted = true;
    entry.make = undefined;
  } catch (error) {
    log(`writing cache for ${name}...${error.message}`);
    if (temporary !== undefined) fs.rmSync(temporary, { force: true });
  }
}

module.exports = {
  STATUS,
  compileCommonJS,
  compileModule,
  enableCompileCache,
  enableFromEnvironment,
  flush,
  getCompileCacheDir,
  transpiled,
};
