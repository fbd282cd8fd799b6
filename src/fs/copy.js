// cp: copies trees. One generator holds the rules; it yields native calls, which a driver makes at once or awaits.
'use strict';

const { codes } = require('errors/errors');
const { validateBoolean, validateFunction, validateObject } = require('errors/validators');
const { getCallback, getPath, getShortMode } = require('fs/arguments');
const { constants } = require('fs/constants');
const { toStats } = require('fs/stats');
const path = require('path/path');

const native = binding('fs');

const {
  ERR_FS_CP_DIR_TO_NON_DIR,
  ERR_FS_CP_EEXIST,
  ERR_FS_CP_EINVAL,
  ERR_FS_CP_FIFO_PIPE,
  ERR_FS_CP_NON_DIR_TO_DIR,
  ERR_FS_CP_SOCKET,
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
  ERR_FS_CP_UNKNOWN,
  ERR_FS_EISDIR,
  ERR_INVALID_RETURN_VALUE,
} = codes;
const { errno } = require('constants/tables').os;

const DEFAULTS = Object.freeze({
  __proto__: null,
  dereference: false,
  errorOnExist: false,
  filter: undefined,
  force: true,
  preserveTimestamps: false,
  recursive: false,
  verbatimSymlinks: false,
});

function copyOptions(options) {
  if (options === undefined) return { ...DEFAULTS, mode: 0 };
  validateObject(options, 'options');
  options = { ...DEFAULTS, ...options };
  validateBoolean(options.dereference, 'options.dereference');
  validateBoolean(options.errorOnExist, 'options.errorOnExist');
  validateBoolean(options.force, 'options.force');
  validateBoolean(options.preserveTimestamps, 'options.preserveTimestamps');
  validateBoolean(options.recursive, 'options.recursive');
  validateBoolean(options.verbatimSymlinks, 'options.verbatimSymlinks');
  options.mode = getShortMode(options.mode);
  if (options.dereference === true && options.verbatimSymlinks === true) {
    throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks');
  }
  if (options.filter !== undefined) validateFunction(options.filter, 'options.filter');
  return options;
}

function failure(Type, code, message, where) {
  return new Type({ message, path: where, syscall: 'cp', errno: errno[code], code });
}

const call = (name, ...args) => ({ name, args });

function* statOrNothing(name, where) {
  try {
    return toStats(yield call(name, where, true));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

const sameFile = (a, b) => a.ino !== undefined && a.dev !== undefined && a.ino === b.ino && a.dev === b.dev;

/** Whether `dest` lies below `src` by its name. */
function isBelow(src, dest) {
  const parts = (text) => path.resolve(text).split(path.sep).filter(Boolean);
  const source = parts(src);
  const target = parts(dest);
  return source.every((part, i) => target[i] === part);
}

// `strictDirectories`: `errorOnExist` counts for directories, too; so it is with Node's asynchronous functions alone.

/** What stands at both ends; throws when they do not fit each other. */
function* check(src, dest, options) {
  const kind = options.dereference ? 'stat' : 'lstat';
  const source = toStats(yield call(kind, src, true));
  const target = yield* statOrNothing(kind, dest);
  if (target !== null) {
    if (sameFile(source, target)) throw failure(ERR_FS_CP_EINVAL, 'EINVAL', 'src and dest cannot be the same', dest);
    if (source.isDirectory() && !target.isDirectory()) {
      throw failure(
        ERR_FS_CP_DIR_TO_NON_DIR,
        'EISDIR',
        `cannot overwrite non-directory ${dest} with directory ${src}`,
        dest,
      );
    }
    if (!source.isDirectory() && target.isDirectory()) {
      throw failure(
        ERR_FS_CP_NON_DIR_TO_DIR,
        'ENOTDIR',
        `cannot overwrite directory ${dest} with non-directory ${src}`,
        dest,
      );
    }
  }
  if (source.isDirectory() && isBelow(src, dest)) {
    throw failure(ERR_FS_CP_EINVAL, 'EINVAL', `cannot copy ${src} to a subdirectory of self ${dest}`, dest);
  }
  return { source, target };
}

/** A link may lead from the destination's parents back into the source. */
function* checkParents(src, source, dest) {
  const sourceParent = path.resolve(path.dirname(src));
  for (
    let parent = path.resolve(path.dirname(dest));
    parent !== sourceParent && parent !== path.parse(parent).root;
    parent = path.dirname(parent)
  ) {
    const stats = yield* statOrNothing('stat', parent);
    if (stats === null) return;
    if (sameFile(source, stats)) {
      throw failure(ERR_FS_CP_EINVAL, 'EINVAL', `cannot copy ${src} to a subdirectory of self ${dest}`, dest);
    }
  }
}

function* copyTop(src, dest, options) {
  // What is filtered out need not fit.
  if (options.filter !== undefined && !(yield { filter: options.filter, args: [src, dest] })) return;
  const { source, target } = yield* check(src, dest, options);
  yield* checkParents(src, source, dest);
  yield call('mkdirAll', path.dirname(dest), 0o777);
  yield* copyEntry(source, target, src, dest, options);
}

function* copyChild(src, dest, options) {
  if (options.filter !== undefined && !(yield { filter: options.filter, args: [src, dest] })) return;
  const { source, target } = yield* check(src, dest, options);
  yield* copyEntry(source, target, src, dest, options);
}

function* copyEntry(source, target, src, dest, options) {
  if (source.isDirectory()) {
    if (!options.recursive) {
      throw new ERR_FS_EISDIR({
        message: `${src} is a directory (not copied)`,
        path: src,
        syscall: 'cp',
        errno: errno.EISDIR,
        code: 'EISDIR',
      });
    }
    yield* copyDirectory(source, target, src, dest, options);
  } else if (source.isFile() || source.isCharacterDevice() || source.isBlockDevice()) {
    yield* copyFile(source, target, src, dest, options);
  } else if (source.isSymbolicLink()) {
    yield* copyLink(target, src, dest, options);
  } else if (source.isSocket()) {
    throw failure(ERR_FS_CP_SOCKET, 'EINVAL', `cannot copy a socket file: ${dest}`, dest);
  } else if (source.isFIFO()) {
    throw failure(ERR_FS_CP_FIFO_PIPE, 'EINVAL', `cannot copy a FIFO pipe: ${dest}`, dest);
  } else {
    throw failure(ERR_FS_CP_UNKNOWN, 'EINVAL', `cannot copy an unknown file type: ${dest}`, dest);
  }
}

function* copyDirectory(source, target, src, dest, options) {
  const made = target === null;
  if (!made && options.errorOnExist && !options.force && options.strictDirectories) {
    throw failure(ERR_FS_CP_EEXIST, 'EEXIST', `${dest} already exists`, dest);
  }
  if (made) yield call('mkdir', dest, 0o777);
  for (const name of yield call('readdir', src, false, false))
    yield* copyChild(path.join(src, name), path.join(dest, name), options);
  // Last, since a directory may forbid writing into it.
  if (made) yield call('chmod', dest, Number(source.mode));
}

function* copyFile(source, target, src, dest, options) {
  if (target !== null) {
    if (options.force) yield call('unlink', dest);
    else if (options.errorOnExist) throw failure(ERR_FS_CP_EEXIST, 'EEXIST', `${dest} already exists`, dest);
    else return;
  }
  yield call('copyFile', src, dest, options.mode);
  if (options.preserveTimestamps) {
    // The copy may be read-only, and reading has changed the source's access time.
    if ((Number(source.mode) & constants.S_IWUSR) === 0)
      yield call('chmod', dest, Number(source.mode) | constants.S_IWUSR);
    const now = toStats(yield call('stat', src, true));
    yield call('utimes', dest, Number(now.atimeNs) / 1e9, Number(now.mtimeNs) / 1e9);
  }
  yield call('chmod', dest, Number(source.mode));
}

function* copyLink(target, src, dest, options) {
  let goal = yield call('readlink', src, false);
  if (!options.verbatimSymlinks && !path.isAbsolute(goal)) goal = path.resolve(path.dirname(src), goal);
  if (target === null) {
    yield call('symlink', goal, dest);
    return;
  }
  let present;
  try {
    present = yield call('readlink', dest, false);
  } catch (error) {
    // Not a link, but something in its place.
    if (error.code !== 'EINVAL' && error.code !== 'UNKNOWN') throw error;
    yield call('symlink', goal, dest);
    return;
  }
  if (!path.isAbsolute(present)) present = path.resolve(path.dirname(dest), present);
  const leadsToDirectory = yield* statOrNothing('stat', src);
  if (leadsToDirectory?.isDirectory() && isBelow(goal, present)) {
    throw failure(ERR_FS_CP_EINVAL, 'EINVAL', `cannot copy ${goal} to a subdirectory of self ${present}`, dest);
  }
  // Otherwise the copy would be deleted by overwriting a link to its own parent.
  if (leadsToDirectory?.isDirectory() && isBelow(present, goal)) {
    throw failure(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, 'EINVAL', `cannot overwrite ${present} with ${goal}`, dest);
  }
  yield call('unlink', dest);
  yield call('symlink', goal, dest);
}

/** Drives the rules with blocking calls. */
function driveSync(steps) {
  let step = steps.next();
  while (!step.done) {
    const { name, args, filter } = step.value;
    let result;
    try {
      if (filter !== undefined) {
        result = filter(...args);
        if (typeof result?.then === 'function') throw new ERR_INVALID_RETURN_VALUE('boolean', 'filter', result);
      } else {
        result = native[`${name}Sync`](...args);
      }
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return step.value;
}

async function driveAsync(steps) {
  let step = steps.next();
  while (!step.done) {
    const { name, args, filter } = step.value;
    let result;
    try {
      result = await (filter !== undefined ? filter(...args) : native[`${name}Promise`](...args));
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return step.value;
}

function getPaths(src, dest) {
  src = getPath(src, 'src');
  dest = getPath(dest, 'dest');
  return [String(src), String(dest)];
}

function cpSync(src, dest, options) {
  options = copyOptions(options);
  [src, dest] = getPaths(src, dest);
  driveSync(copyTop(src, dest, options));
}

async function cpPromise(src, dest, options) {
  options = copyOptions(options);
  [src, dest] = getPaths(src, dest);
  await driveAsync(copyTop(src, dest, { ...options, strictDirectories: true }));
}

function cp(src, dest, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = getCallback(callback);
  options = copyOptions(options);
  [src, dest] = getPaths(src, dest);
  driveAsync(copyTop(src, dest, { ...options, strictDirectories: true })).then(
    () => process.nextTick(callback, null),
    (error) => process.nextTick(callback, error),
  );
}

module.exports = { cp, cpPromise, cpSync };
