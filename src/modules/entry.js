// Entry points: the main script as CommonJS or as an ES module, strings from --eval and stdin.
'use strict';

const path = require('path/path');
const { Module, formatOf, compileWrapper, stripShebang } = require('modules/cjs');
const { getOptionValue } = require('cli/options');

const { readText } = binding('modules');

/** Runs the main script; what kind of module it is decides its name, its package, its syntax. */
function runMain(main) {
  let filename;
  const isUrl = getOptionValue('--entry-url');
  if (!isUrl) {
    filename = Module._findPath(path.resolve(main), null, true) || undefined;
  }
  const usesEsm =
    isUrl || (filename !== undefined && (getOptionValue('--experimental-loader').length > 0 || isModule(filename)));
  if (!usesEsm) {
    Module._load(main, null, true);
    return;
  }
  runAsync(async () => {
    // Modules are evaluated in a microtask: promises settle before ticks.
    await undefined;
    const { importFrom } = require('modules/esm');
    const { pathToFileURL } = require('url/url');
    const url = isUrl
      ? new (require('url/url').URL)(main, pathToFileURL(`${process.cwd()}/`)).href
      : pathToFileURL(filename).href;
    await importFrom(url, undefined, undefined, true);
  });
}

function isModule(filename) {
  if (/\.m[jt]s$/.test(filename)) return true;
  if (/\.c[jt]s$/.test(filename)) return false;
  return formatOf(filename).startsWith('module');
}

let pending = 0;

/** Runs the asynchronous start of a program. If the loop empties before it has ended, the exit code is 13. */
function runAsync(start) {
  if (pending++ === 0) process.on('exit', warnOfUnsettled);
  start().then(
    () => {
      if (--pending === 0) process.off('exit', warnOfUnsettled);
    },
    (error) => {
      if (--pending === 0) process.off('exit', warnOfUnsettled);
      binding('loop').reportUncaught(error, true);
    },
  );
}

function warnOfUnsettled() {
  if (process.exitCode === undefined) {
    process.exitCode = 13;
    const message = `Warning: Detected unsettled top-level await at ${require('modules/esm').describeUnsettled()}\n\n`;
    require('fs/fs').writeSync(2, `${message}\n`);
  }
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
    if (builtin.includes('/') || builtin.startsWith('_') || Object.hasOwn(globalThis, builtin)) continue;
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
        delete globalThis[builtin];
        set(value);
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
  if (print) require('console/console').log(result);
}

/** --eval of an ES module. */
function runModuleString(source, name) {
  runAsync(() => {
    const { evaluateString } = require('modules/esm');
    const { pathToFileURL } = require('url/url');
    return evaluateString(source, `${pathToFileURL(process.cwd()).href}/${name}1`);
  });
}

/** Compiles a file without running it. */
function checkSyntax(main) {
  const filename = Module._resolveFilename(path.resolve(main), null, true);
  const source = stripShebang(readText(filename));
  if (isModule(filename)) require('modules/esm').compileOnly(source, filename);
  else compileWrapper(source, filename);
}

module.exports = { checkSyntax, runAsync, runMain, runModuleString, runScriptString };
