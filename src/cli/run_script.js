// --run: a script of package.json, without a package manager. https://nodejs.org/api/cli.html#--run
'use strict';

const path = require('path/path');

/** As one word of a shell command. */
function quoted(word) {
  if (word !== '' && /^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function fail(message) {
  binding('process').rawDebug(message);
  process.exit(1);
}

/** The nearest package.json from the working directory up: {file, data}. */
function findPackage() {
  const { readText, statKind } = binding('modules');
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (statKind(file) === 0) {
      try {
        return { file, data: JSON.parse(readText(file)) };
      } catch {
        fail(`Can't parse ${file}`);
      }
    }
    if (folder === path.dirname(folder)) {
      fail(`Can't find package.json for directory ${process.cwd()}\n`);
    }
  }
}

/**
 * Runs the script in a shell, in its package's folder, with node_modules/.bin of all folders above in PATH.
 * @param {string} name
 * @param {string[]} args what follows "--"
 */
function runScript(name, args) {
  const { file, data } = findPackage();
  const { scripts } = data ?? {};
  if (scripts === null || typeof scripts !== 'object') fail(`Can't find "scripts" field in ${file}\n`);
  const command = scripts[name];
  if (command === undefined || !Object.hasOwn(scripts, name)) {
    const list = Object.keys(scripts).map((each) => `  ${each}: ${scripts[each]}`);
    fail(`Missing script: "${name}" for ${file}\n\nAvailable scripts are:\n${list.join('\n')}`);
  }
  if (typeof command !== 'string') fail(`Script "${name}" is unexpectedly malformed for ${file}\n`);
  const folder = path.dirname(file);
  const places = [];
  for (let at = folder; ; at = path.dirname(at)) {
    places.push(path.join(at, 'node_modules', '.bin'));
    if (at === path.dirname(at)) break;
  }
  const env = {
    ...process.env,
    NODE_RUN_SCRIPT_NAME: name,
    NODE_RUN_PACKAGE_JSON_PATH: file,
    PATH: [...places, process.env.PATH].filter(Boolean).join(path.delimiter),
  };
  const whole = [command, ...args.map(quoted)].join(' ');
  const { spawn } = require('child_process/child_process');
  const child = spawn('/bin/sh', ['-c', whole], { cwd: folder, env, stdio: 'inherit' });
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code) => {
    process.exitCode = code === 0 ? 0 : 1;
  });
}

module.exports = { runScript };
