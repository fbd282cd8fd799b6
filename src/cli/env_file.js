// --env-file and --env-file-if-exists: variables of files, set before anything else reads the environment.
// https://nodejs.org/api/cli.html#--env-filefile
'use strict';

const native = binding('options');

/** Files in the order of the command line; both options may be given more than once. */
function filesOf(execArgv) {
  const files = [];
  for (let i = 0; i < execArgv.length; i++) {
    const match = /^--env-file(-if-exists)?(?:=(.*))?$/s.exec(execArgv[i]);
    if (match === null) continue;
    files.push({ file: match[2] ?? execArgv[++i], isOptional: match[1] !== undefined });
  }
  return files;
}

function fail(message) {
  const { rawDebug, reallyExit } = binding('process');
  rawDebug(`${process.argv0}: ${message}`);
  reallyExit(9);
}

/**
 * Sets the variables of the files; what the environment has already stays. Of two files the later one wins. NODE_OPTIONS
 * from a file counts as if it had been there from the start.
 */
function load(values, execArgv) {
  if (values['--env-file'] === undefined && values['--env-file-if-exists'] === undefined) return;
  const { parse } = require('util/dotenv');
  const { readText } = binding('modules');
  const found = { __proto__: null };
  for (const { file, isOptional } of filesOf(execArgv)) {
    let text;
    try {
      text = readText(file);
    } catch {
      if (!isOptional) return fail(`${file}: not found`);
      binding('process').rawDebug(`${file} not found. Continuing without it.`);
      continue;
    }
    Object.assign(found, parse(text));
  }
  const hadOptions = process.env.NODE_OPTIONS !== undefined;
  for (const name of Object.keys(found)) if (process.env[name] === undefined) process.env[name] = found[name];
  if (!hadOptions && found.NODE_OPTIONS !== undefined) applyOptions(found.NODE_OPTIONS);
}

/** Options that became known late: for JavaScript, and as far as V8 still listens. */
function applyOptions(text) {
  const [message, flags, values] = native.parseNodeOptions(text);
  if (message !== '') {
    fail(message);
    return;
  }
  for (const flag of flags) binding('v8').setFlags(flag);
  require('cli/options').addValues(values);
}

require('engine/lifecycle').onStart(({ execArgv }) => load(native.values(), execArgv));

module.exports = { load };
