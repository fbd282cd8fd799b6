// glob: walks the file system along patterns. Pattern syntax is minimatch's.
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateString, validateStringArray } = require('errors/validators');
const { getCallback, getPath } = require('fs/arguments');
const { direntOfStats } = require('fs/dirent');
const { toStats } = require('fs/stats');
const path = require('path/path');

const native = binding('fs');

const EMPTY = Object.freeze({ __proto__: null });
const OPTIONS = Object.freeze({
  __proto__: null,
  nocase: false,
  windowsPathsNoEscape: true,
  nonegate: true,
  nocomment: true,
  optimizationLevel: 2,
  platform: 'linux',
  nocaseMagicOnly: true,
});

const call = (name, ...args) => ({ name, args });

/** One part of a pattern: a string, minimatch's GLOBSTAR symbol, or a RegExp. */
const matches = (part, name) => (typeof part === 'string' ? part === name : part.test(name));

class Glob {
  #root;
  #patterns;
  #withFileTypes;
  #exclude = null;
  #isExcluded = () => false;
  #seen = new Set(); // what was found
  #visited = new Set(); // directory and rest of the pattern
  #listings = new Map();
  #globstar;

  constructor(pattern, options = EMPTY) {
    validateObject(options, 'options');
    const { exclude, cwd, withFileTypes } = options;
    this.#root = cwd === undefined || cwd === null ? '.' : getPath(cwd, 'options.cwd').toString();
    this.#withFileTypes = Boolean(withFileTypes);
    const { GLOBSTAR, Minimatch } = require('deps/minimatch');
    this.#globstar = GLOBSTAR;
    if (exclude !== undefined && exclude !== null) {
      if (typeof exclude === 'function') {
        this.#exclude = exclude;
      } else if (Array.isArray(exclude)) {
        validateStringArray(exclude, 'options.exclude');
        const matchers = exclude.map((text) => ({
          isAbsolute: path.isAbsolute(text),
          pattern: new Minimatch(text.replace(/^\.\//, ''), { ...OPTIONS, dot: true }),
        }));
        // `a/**` excludes `a` itself, too.
        this.#isExcluded = (name) => {
          const isAbsolute = path.isAbsolute(name);
          return matchers.some(
            (one) => one.isAbsolute === isAbsolute && (one.pattern.match(name) || one.pattern.match(`${name}/`)),
          );
        };
      } else {
        throw new codes.ERR_INVALID_ARG_TYPE('options.exclude', ['function', 'string[]'], exclude);
      }
    }
    const texts = Array.isArray(pattern) ? pattern : [pattern];
    if (Array.isArray(pattern)) validateStringArray(pattern, 'patterns');
    else validateString(pattern, 'patterns');
    // A braced pattern is several.
    this.#patterns = texts.flatMap((text) => new Minimatch(text, OPTIONS).set);
  }

  /** All results, by native calls that are yielded; results are yielded as `{found}`. */
  *run() {
    for (const parts of this.#patterns) {
      if (parts.every((part) => part === '.' || part === '..' || part === '')) continue; // names nothing
      if (parts.length > 1 && parts[0] === '') yield* this.#walk('/', parts, 1);
      else yield* this.#walk('', parts, 0);
    }
  }

  #full(name) {
    return path.isAbsolute(name) ? name : name === '' ? this.#root : path.join(this.#root, name);
  }

  *#stats(name, follow = false) {
    try {
      return toStats(yield call(follow ? 'stat' : 'lstat', this.#full(name), false));
    } catch {
      return null;
    }
  }

  /** `[names, types]` of a directory; null when it is none. */
  *#list(name) {
    const full = this.#full(name);
    if (this.#listings.has(full)) return this.#listings.get(full);
    let listing = null;
    try {
      listing = yield call('readdir', full, true, false);
    } catch {
      // Not a directory, or not ours to read.
    }
    this.#listings.set(full, listing);
    return listing;
  }

  *#emit(name, stats) {
    const shown = name === '' ? '.' : name;
    if (this.#seen.has(shown) || this.#isExcluded(shown)) return;
    if (this.#withFileTypes) {
      stats ??= yield* this.#stats(name);
      if (stats === null) return;
      const full = this.#full(name);
      const base = shown === '.' ? '.' : path.basename(full);
      const entry = direntOfStats(base, path.dirname(full), stats);
      if (this.#exclude !== null && this.#exclude(entry)) return;
      this.#seen.add(shown);
      yield { found: entry };
      return;
    }
    if (this.#exclude !== null && this.#exclude(shown)) return;
    this.#seen.add(shown);
    yield { found: shown };
  }

  #join(base, name) {
    if (base === '') return name;
    return base.endsWith('/') ? base + name : `${base}/${name}`;
  }

  /** Whether an excluded directory need not be entered. */
  #prunes(name, type) {
    if (this.#isExcluded(name)) return true;
    if (this.#exclude === null) return false;
    if (!this.#withFileTypes) return this.#exclude(name);
    const { Dirent } = require('fs/dirent');
    const full = this.#full(name);
    return this.#exclude(new Dirent(path.basename(full), type, path.dirname(full)));
  }

  /** Matches `parts` from `at` on below the directory `base` ('' is the root of the walk). */
  *#walk(base, parts, at) {
    const key = `${at}\0${parts.map(String).join('/')}\0${base}`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    const part = parts[at];
    const isLast = at === parts.length - 1;

    if (part === this.#globstar) {
      yield* this.#walkGlobstar(base, parts, at);
      return;
    }
    if (part === '' && isLast) {
      // A trailing slash: only directories, not links to them. It is not shown.
      const isBehindGlobstar = parts[at - 1] === this.#globstar;
      const stats = yield* this.#stats(base, isBehindGlobstar);
      if ((base !== '' || isBehindGlobstar) && stats?.isDirectory()) yield* this.#emit(base, stats);
      return;
    }
    if (part === '.' && !isLast) {
      yield* this.#walk(base, parts, at + 1);
      return;
    }
    if (typeof part === 'string') {
      let next = part === '.' && base !== '' ? base : this.#join(base, part);
      if (part === '..' && parts[at - 1] === this.#globstar) next = path.normalize(next);
      if (isLast) {
        const stats = yield* this.#stats(next);
        if (stats !== null) yield* this.#emit(next, stats);
        return;
      }
      const stats = yield* this.#stats(next, true);
      if (stats?.isDirectory() && !this.#isExcluded(next)) yield* this.#walk(next, parts, at + 1);
      return;
    }
    const listing = yield* this.#list(base);
    if (listing === null) return;
    const [names, types] = listing;
    for (let i = 0; i < names.length; i++) {
      if (!matches(part, names[i])) continue;
      const name = this.#join(base, names[i]);
      if (isLast) {
        yield* this.#emit(name);
      } else if (yield* this.#isDirectory(name, types[i])) {
        if (!this.#prunes(name, types[i])) yield* this.#walk(name, parts, at + 1);
      }
    }
  }

  *#isDirectory(name, type) {
    if (type === 2) return true;
    if (type !== 3) return false; // a link may lead to one
    const stats = yield* this.#stats(name, true);
    return stats?.isDirectory() === true;
  }

  *#walkGlobstar(base, parts, at) {
    const isLast = at === parts.length - 1;
    if (isLast) {
      const stats = yield* this.#stats(base);
      if (stats !== null) yield* this.#emit(base, stats);
    } else {
      // It may stand for nothing.
      yield* this.#walk(base, parts, at + 1);
    }
    const listing = yield* this.#list(base);
    if (listing === null) return;
    const [names, types] = listing;
    // `**` does not descend into links, but what comes behind it may match directly below one. Node makes an exception where
    // a pattern begins with `**` and a plain name follows.
    const mayFollow = at > 0 || typeof parts[at + 1] !== 'string';
    for (let i = 0; i < names.length; i++) {
      if (names[i].startsWith('.')) continue;
      const name = this.#join(base, names[i]);
      if (types[i] === 2) {
        if (!this.#prunes(name, types[i])) yield* this.#walk(name, parts, at);
      } else if (isLast) {
        yield* this.#emit(name);
      } else if (types[i] === 3 && mayFollow && (yield* this.#isDirectory(name, types[i]))) {
        yield* this.#walk(name, parts, at + 1);
      }
    }
  }
}

function globSync(pattern, options) {
  const found = [];
  const steps = new Glob(pattern, options).run();
  let step = steps.next();
  while (!step.done) {
    if (step.value.found !== undefined) {
      found.push(step.value.found);
      step = steps.next();
      continue;
    }
    let result;
    try {
      result = native[`${step.value.name}Sync`](...step.value.args);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return found;
}

async function* drive(glob) {
  const steps = glob.run();
  let step = steps.next();
  while (!step.done) {
    if (step.value.found !== undefined) {
      yield step.value.found;
      step = steps.next();
      continue;
    }
    let result;
    try {
      result = await native[`${step.value.name}Promise`](...step.value.args);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
}

/** @returns {AsyncGenerator<string|import('fs').Dirent>} */
async function* globPromise(pattern, options) {
  yield* drive(new Glob(pattern, options));
}

function glob(pattern, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = getCallback(callback);
  const all = drive(new Glob(pattern, options));
  Array.fromAsync(all).then(
    (found) => process.nextTick(callback, null, found),
    (error) => process.nextTick(callback, error),
  );
}

module.exports = { glob, globPromise, globSync };
