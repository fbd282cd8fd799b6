// readFile, writeFile and appendFile: the synchronous and the callback functions.
'use strict';

const hooks = require('async/hooks_internal');
const { validateBoolean } = require('errors/validators');
const {
  abortError,
  checkAborted,
  checkData,
  getCallback,
  getFlags,
  getMode,
  getOptions,
  getPath,
  needsBytes,
  getFd,
} = require('fs/arguments');

const native = binding('fs');

const READ_DEFAULTS = Object.freeze({ __proto__: null, flag: 'r' });
const WRITE_DEFAULTS = Object.freeze({ __proto__: null, encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
const APPEND_DEFAULTS = Object.freeze({ __proto__: null, encoding: 'utf8', mode: 0o666, flag: 'a', flush: false });

/** A path is a descriptor when it is a number that could be one. */
function isFd(path) {
  return Number.isInteger(path) && path >= -0x80000000 && path <= 0x7fffffff;
}

const isText = (encoding) => encoding && !needsBytes(encoding);

/** Gives `callback` the first of: the result, or the abort of `signal`. */
function orAbort(signal, callback) {
  let done = false;
  const onAbort = () => finish(abortError(signal));
  function finish(error, result) {
    if (done) return;
    done = true;
    signal.removeEventListener('abort', onAbort);
    if (error) callback(error);
    else callback(null, result);
  }
  signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
  return finish;
}

function readFile(path, options, callback) {
  callback = getCallback(callback || options);
  options = getOptions(options, READ_DEFAULTS);
  const { encoding, signal } = options;
  const byFd = isFd(path);
  if (!byFd) path = getPath(path);
  else path = getFd(path);
  if (signal !== undefined) {
    if (signal.aborted) {
      process.nextTick(callback, abortError(signal));
      return;
    }
    callback = orAbort(signal, callback);
  }
  const flags = byFd ? 0 : getFlags(options.flag);
  const traced = hooks.enabled();
  if (isText(encoding) && !traced) {
    if (byFd) native.readTextFileFd(path, callback);
    else native.readTextFile(path, flags, callback);
    return;
  }
  const done =
    !encoding || encoding === 'buffer'
      ? callback
      : (error, buffer) => {
          if (error) return callback(error);
          let text;
          try {
            text = buffer.toString(encoding);
          } catch (failure) {
            return callback(failure);
          }
          callback(null, text);
        };
  if (traced) require('fs/traced_read').readFileInSteps(path, flags, done);
  else if (byFd) native.readFileFd(path, done);
  else native.readFile(path, flags, done);
}

function readFileSync(path, options) {
  options = getOptions(options, READ_DEFAULTS);
  const { encoding } = options;
  const byFd = isFd(path);
  const flags = getFlags(options.flag);
  path = byFd ? getFd(path) : getPath(path);
  if (isText(encoding)) return byFd ? native.readTextFileFdSync(path) : native.readTextFileSync(path, flags);
  const buffer = byFd ? native.readFileFdSync(path) : native.readFileSync(path, flags);
  return !encoding || encoding === 'buffer' ? buffer : buffer.toString(encoding);
}

/** A string that is to be written as UTF-8 stays one; what else becomes bytes. */
function toData(data, encoding) {
  if (typeof data !== 'string' || !needsBytes(encoding) || encoding === 'buffer') return data;
  return require('buffer/buffer').Buffer.from(data, encoding);
}

function startWrite(path, data, options, callback) {
  const { signal } = options;
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const byFd = isFd(path);
  checkData(data);
  path = byFd ? getFd(path) : getPath(path);
  data = toData(data, options.encoding);
  if (signal !== undefined) {
    if (signal.aborted) {
      process.nextTick(callback, abortError(signal));
      return;
    }
    callback = orAbort(signal, callback);
  }
  if (byFd) {
    const done = flush ? (error) => (error ? callback(error) : require('fs/fs').fsync(path, callback)) : callback;
    if (typeof data === 'string') native.writeTextFileFd(path, data, false, done);
    else native.writeFileFd(path, data, false, done);
    return;
  }
  const flags = getFlags(options.flag || 'w');
  const mode = getMode(options.mode, 'mode', 0o666);
  if (flush) {
    writeAndFlush(path, data, flags, mode, callback);
    return;
  }
  if (typeof data === 'string') native.writeTextFile(path, data, flags, mode, false, callback);
  else native.writeFile(path, data, flags, mode, false, callback);
}

/** By fs's own functions, which a program may have replaced to count or to slow its flushes. */
function writeAndFlush(path, data, flags, mode, callback) {
  const fs = require('fs/fs');
  fs.open(path, flags, mode, (error, fd) => {
    if (error) return callback(error);
    const close = (failure) => fs.close(fd, (closing) => callback(failure ?? closing));
    const written = (failure) => (failure ? close(failure) : fs.fsync(fd, close));
    if (typeof data === 'string') native.writeTextFileFd(fd, data, false, written);
    else native.writeFileFd(fd, data, false, written);
  });
}

function writeFile(path, data, options, callback) {
  callback = getCallback(callback || options);
  startWrite(path, data, getOptions(options, WRITE_DEFAULTS), callback);
}

function writeFileSync(path, data, options) {
  options = getOptions(options, WRITE_DEFAULTS);
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  checkData(data);
  checkAborted(options.signal);
  data = toData(data, options.encoding);
  if (isFd(path)) {
    path = getFd(path);
    if (typeof data === 'string') native.writeTextFileFdSync(path, data, false);
    else native.writeFileFdSync(path, data, false);
    if (flush) require('fs/fs').fsyncSync(path);
    return;
  }
  path = getPath(path);
  const flags = getFlags(options.flag || 'w');
  const mode = getMode(options.mode, 'mode', 0o666);
  if (flush) {
    // By fs's own functions, which a program may have replaced to count or to slow its flushes.
    const fs = require('fs/fs');
    const fd = fs.openSync(path, flags, mode);
    try {
      if (typeof data === 'string') native.writeTextFileFdSync(fd, data, false);
      else native.writeFileFdSync(fd, data, false);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    return;
  }
  if (typeof data === 'string') native.writeTextFileSync(path, data, flags, mode, false);
  else native.writeFileSync(path, data, flags, mode, false);
}

/** appendFile is writeFile with another flag. */
function appendOptions(path, options) {
  options = { ...getOptions(options, APPEND_DEFAULTS) };
  if (!options.flag || isFd(path)) options.flag = 'a';
  return options;
}

function appendFile(path, data, options, callback) {
  callback = getCallback(callback || options);
  options = appendOptions(path, options);
  startWrite(path, data, options, callback);
}

function appendFileSync(path, data, options) {
  writeFileSync(path, data, appendOptions(path, options));
}

module.exports = {
  appendFile,
  appendFileSync,
  appendOptions,
  isFd,
  isText,
  orAbort,
  readFile,
  readFileSync,
  toData,
  writeFile,
  writeFileSync,
};
