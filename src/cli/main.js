// Decides what this process runs: a file, a string, standard input, tests.
'use strict';

const path = require('path/path');
const { getOptionValue } = require('cli/options');

module.exports = { preload, run };

function run() {
  require('process/apply_options')();
  require('cli/flags').applyFlags();
  require('async/hooks_internal').enterMain();
  if (!require('engine/lifecycle').state.isMainThread) {
    require('worker/child').run();
    return;
  }
  const evaluates = getOptionValue('[has_eval_string]');
  if (getOptionValue('--test')) {
    require('test_runner/cli').run();
    return;
  }
  const script = getOptionValue('--run');
  if (script) {
    require('cli/run_script').runScript(script, process.argv.slice(1));
    return;
  }
  if (getOptionValue('--watch')) {
    require('cli/watch').watch();
    return;
  }
  if (evaluates) {
    const source = getOptionValue('--eval') || getOptionValue('--print');
    process._eval = source; // fork() takes it out of the child's arguments
    preload(() => runString(source, '[eval]'));
    return;
  }
  const file = process.argv[1];
  if (file === undefined || file === '-') {
    if (file === undefined && getOptionValue('--interactive'))
      throw new (require('errors/errors').codes.ERR_METHOD_NOT_IMPLEMENTED)('the REPL');
    const { isatty } = require('tty/tty');
    if (file === undefined && isatty(0))
      throw new (require('errors/errors').codes.ERR_METHOD_NOT_IMPLEMENTED)('the REPL');
    readStdin((source) =>
      preload(() => {
        if (getOptionValue('--check')) require('modules/entry').checkString(source, '[stdin]');
        else runString((process._eval = source), '[stdin]');
      }),
    );
    return;
  }
  // A command, unless a program has that name.
  if (file === 'serve' && !require('modules/cjs').Module._findPath(path.resolve(file), null, true)) {
    preload(() => require('serve/cli').run(process.argv.slice(2)));
    return;
  }
  const { isURL } = require('url/url');
  if (!getOptionValue('--entry-url') && !isURL?.(file)) process.argv[1] = path.resolve(file);
  preload(() => {
    if (getOptionValue('--check')) checkSyntax(process.argv[1]);
    else require('modules/cjs').Module.runMain(process.argv[1]);
  });
}

/** What is loaded before the program; then the program. */
function preload(next) {
  const isNeeded = ['--require', '--import', '--experimental-loader'].some((name) => getOptionValue(name).length > 0);
  // What is preloaded may still change the language's own objects (polyfills).
  const start = getOptionValue('--frozen-intrinsics')
    ? () => {
        require('cli/flags').freezeIntrinsics();
        next();
      }
    : next;
  if (isNeeded) require('modules/entry').preload(start);
  else start();
}

/** All of standard input as text. */
function readStdin(callback) {
  process.stdin.setEncoding('utf8');
  let source = '';
  process.stdin.on('data', (chunk) => {
    source += chunk;
  });
  process.stdin.on('end', () => callback(source));
}

function runString(source, name) {
  const print = getOptionValue('[print]');
  const type = getOptionValue('--input-type');
  const entry = require('modules/entry');
  if (type.endsWith('-typescript')) source = require('modules/typescript').stripTypes(source, name);
  if (type.startsWith('module')) {
    if (print) throw new (require('errors/errors').codes.ERR_EVAL_ESM_CANNOT_PRINT)();
    entry.runModuleString(source, name);
  } else {
    entry.runScriptString(source, name, { print, detectModule: type === '' && !print });
  }
}

/** Compiles, does not run; a SyntaxError ends the process with 1. */
function checkSyntax(file) {
  require('modules/entry').checkSyntax(file);
}
