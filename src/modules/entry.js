// Entry points: the main script as CommonJS or as an ES module, strings from --eval and stdin.
'use strict';

const path = require('path/path');
const { Module, formatOf, compileWrapper, isAmbiguous, looksLikeModule, stripShebang } = require('modules/cjs');
const { getOptionValue } = require('cli/options');
const processState = require('process/state');

const { readText } = binding('modules');

const { promiseState, reportUncaught, runMicrotasks } = binding('loop');

/** The URL that what the command line names is relative to. */
const cwdURL = () => require('url/url').pathToFileURL(`${process.cwd()}/`).href;

/** Runs the main script; what kind of module it is decides its name, its package, its syntax. */
function runMain(main) {
  if (getOptionValue('--input-type')) throw new (require('errors/errors').codes.ERR_INPUT_TYPE_NOT_ALLOWED)();
  const isUrl = getOptionValue('--entry-url');
  const filename = isUrl ? undefined : Module._findPath(path.resolve(main), null, true) || undefined;
  const hasLoader = require('modules/loader_chain').currentChain() !== null;
  if (!isUrl && !hasLoader && (filename === undefined || !isModule(filename))) {
    Module._load(main, null, true);
    return;
  }
  const { URL, pathToFileURL } = require('url/url');
  const url = isUrl ? new URL(main, cwdURL()).href : pathToFileURL(filename ?? path.resolve(main)).href;
  runAsync(() => require('modules/esm').importFrom(url, undefined, undefined, { isMain: true }));
}

/** Whether a main script is for the loader of ES modules. */
function isModule(filename) {
  if (/\.(?:m[jt]s|wasm)$/.test(filename)) return true;
  if (/\.c[jt]s$/.test(filename)) return false;
  const format = formatOf(filename);
  if (format !== undefined) return format.startsWith('module') || format === 'wasm';
  return require('modules/package_json').packageScope(filename)?.type === 'module';
}

let pending = 0;

/**
 * Runs the asynchronous start of a program, outside of microtasks as far as it is synchronous. If the loop empties before
 * it has ended, the exit code is 13.
 * @returns {Promise<void>} never rejected: errors are reported as uncaught
 */
function runAsync(start) {
  if (pending++ === 0) processState.atNaturalEnd = warnOfUnsettled;
  const end = () => {
    if (--pending === 0) processState.atNaturalEnd = undefined;
  };
  const promise = start().then(end, (error) => {
    end();
    reportUncaught(error, true);
    return new Promise(() => {});
  });
  runMicrotasks(); // before ticks: modules are evaluated in a microtask, for all they can tell
  return promise;
}

function warnOfUnsettled() {
  if (process.exitCode !== undefined) return;
  process.exitCode = 13;
  if (!getOptionValue('--warnings')) return;
  const message = `Warning: Detected unsettled top-level await at ${require('modules/esm').describeUnsettled()}\n\n`;
  require('fs/fs').writeSync(2, `${message}\n`);
}

/** --require, --experimental-loader and --import, in this order; then `next`. */
function preload(next) {
  Module._preloadModules(getOptionValue('--require'));
  const loaders = getOptionValue('--experimental-loader');
  if (loaders.length > 0) require('modules/loader_chain').registerFromOptions(loaders);
  const imports = getOptionValue('--import');
  let at = 0;
  const step = () => {
    while (at < imports.length) {
      const specifier = imports[at++];
      const promise = runAsync(() =>
        require('modules/esm').importFrom(specifier, cwdURL(), undefined, { atOnce: true }),
      );
      if (promiseState(promise)[0] === 1) continue;
      promise.then(() => require('timers/timers').setImmediate(step));
      return;
    }
    next();
  };
  step();
}

/** --eval and --print of CommonJS: runs in the global scope, with `require`, `module`, `exports`, `__filename`. */
function runScriptString(source, name, { print, detectModule }) {
  const cwd = process.cwd();
  const module = new Module(name);
  module.filename = path.join(cwd, name);
  module.paths = Module._nodeModulePaths(cwd);
  const { makeRequire } = require('modules/cjs');
  const { runScript } = binding('modules');
  Object.assign(globalThis, {
    exports: module.exports,
    module,
    require: makeRequire(module),
    __filename: name,
    __dirname: '.',
  });
  for (const builtin of Module.builtinModules) {
    if (builtin.includes('/') || builtin.startsWith('_')) continue;
    // The global `crypto` is a part of the module only.
    if (Object.hasOwn(globalThis, builtin) && builtin !== 'crypto') continue;
    // As in the REPL: `fs` stands for require('fs').
    const set = (value) =>
      Object.defineProperty(globalThis, builtin, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
    Object.defineProperty(globalThis, builtin, {
      __proto__: null,
      get() {
        const value = require('modules/cjs').loadBuiltin(builtin);
        if (Object.getOwnPropertyDescriptor(globalThis, builtin)?.configurable) set(value);
        return value;
      },
      set,
      configurable: true,
    });
  }
  // Asked beforehand: an error caught here and thrown again would be reported as thrown here.
  if (
    detectModule &&
    /\b(?:import|export|await)\b/.test(source) &&
    require('modules/cjs').looksLikeModule(source, name)
  ) {
    runModuleString(source, name);
    return;
  }
  const host = require('modules/esm').hostSymbolFor(require('url/url').pathToFileURL(module.filename).href);
  const result = runScript(source, name, host);
  if (print) printResult(result);
}

/** --print: a promise is shown when it has settled, or when the process ends. */
function printResult(result) {
  const { isPromise } = require('util/types');
  if (!isPromise(result) || promiseState(result)[0] !== 0) {
    require('console/console').log(result);
    return;
  }
  let isShown = false;
  const show = () => {
    if (isShown) return;
    isShown = true;
    process.off('exit', show);
    require('console/console').log(result);
  };
  process.on('exit', show);
  result.then(show, (error) => {
    show();
    throw error;
  });
}

/** --eval of an ES module. */
function runModuleString(source, name) {
  runAsync(() => {
    const { evaluateString } = require('modules/esm');
    const { pathToFileURL } = require('url/url');
    return evaluateString(source, `${pathToFileURL(process.cwd()).href}/[${name.slice(1, -1)}1]`);
  });
}

/** Compiles a file without running it. */
function checkSyntax(main) {
  const filename = Module._resolveFilename(path.resolve(main), null, true);
  let source = stripShebang(readText(filename));
  if (/\.[cm]?ts$/.test(filename)) source = require('modules/typescript').stripTypes(source, filename);
  checkSource(source, filename, isModule(filename), isAmbiguous(filename));
}

/** The same for standard input. */
function checkString(source, name) {
  const type = getOptionValue('--input-type');
  if (type.endsWith('-typescript')) source = require('modules/typescript').stripTypes(source, name);
  checkSource(stripShebang(source), name, type.startsWith('module'), type === '');
}

function checkSource(source, name, isESM, mayBeEither) {
  if (!isESM && mayBeEither && /\b(?:import|export|await)\b/.test(source) && !looksLikeCommonJS(source, name))
    isESM = looksLikeModule(source, name);
  if (isESM) require('modules/esm').compileOnly(source, name);
  else compileWrapper(source, name);
}

function looksLikeCommonJS(source, name) {
  try {
    compileWrapper(source, name);
    return true;
  } catch {
    return false;
  }
}

module.exports = { checkString, checkSyntax, preload, runAsync, runMain, runModuleString, runScriptString };
