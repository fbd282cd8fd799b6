// --watch: restarts the program when a file that it has loaded changes. https://nodejs.org/api/cli.html#--watch
'use strict';

const path = require('path/path');
const { getOptionValue } = require('cli/options');

/** Changes come in bursts: milliseconds of quiet before the restart. */
const QUIET = 200;

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const BLUE = '\u001b[34m';
const RESET = '\u001b[39m';

/** This process's own options that the program must not get. */
function programArgs() {
  const args = [];
  const { execArgv } = process;
  for (let i = 0; i < execArgv.length; i++) {
    const match = /^--(?:watch|watch-preserve-output|(watch-path|watch-kill-signal))(=.*)?$/s.exec(execArgv[i]);
    if (match === null) args.push(execArgv[i]);
    else if (match[1] !== undefined && match[2] === undefined) i++;
  }
  return args;
}

class Watcher {
  constructor() {
    this.fs = require('fs/fs');
    this.shown = process.argv
      .slice(1)
      .map((each) => `'${each}'`)
      .join(' ');
    this.shown ||= "''";
    this.folders = new Map(); // folder -> FSWatcher
    this.files = new Set();
    this.paths = getOptionValue('--watch-path').map((each) => path.resolve(each));
    this.signal = getOptionValue('--watch-kill-signal') || 'SIGTERM';
    this.child = undefined;
    this.timer = undefined;
    this.isRestarting = false;
    for (const each of this.paths) this.watchFolder(each, true);
    for (const each of ['--env-file', '--env-file-if-exists'])
      for (const file of getOptionValue(each)) this.add(path.resolve(file));
  }

  say(color, text) {
    const { stdout } = process;
    stdout.write(stdout.isTTY ? `${color}${text}${RESET}\n` : `${text}\n`);
  }

  /** Watches a file through its folder: editors replace files. */
  add(file) {
    if (this.files.has(file)) return;
    this.files.add(file);
    this.watchFolder(path.dirname(file), false);
  }

  watchFolder(folder, recursive) {
    if (this.folders.has(folder)) return;
    try {
      const watcher = this.fs.watch(folder, { recursive });
      watcher.on('change', (type, name) => {
        const file = name === null ? folder : path.resolve(folder, `${name}`);
        if (recursive || this.files.has(file)) this.changed();
      });
      watcher.on('error', () => {});
      this.folders.set(folder, watcher);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }

  changed() {
    const { clearTimeout, setTimeout } = require('timers/timers');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.restart(), QUIET);
  }

  start() {
    const { spawn } = require('child_process/child_process');
    const env = { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' };
    const args = [...programArgs(), ...process.argv.slice(1)];
    const child = spawn(process.execPath, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    this.child = child;
    if (process.argv[1] !== undefined) this.add(path.resolve(process.argv[1]));
    child.on('message', (message) => {
      const reported = message?.['watch:require'] ?? message?.['watch:import'];
      if (!Array.isArray(reported)) {
        process.send?.(message); // the program's own, for who started us
        return;
      }
      if (this.paths.length > 0) return;
      const { fileURLToPath } = require('url/url');
      for (const each of reported) this.add(`${each}`.startsWith('file:') ? fileURLToPath(each) : `${each}`);
    });
    const pass = (message) => child.connected && child.send(message);
    process.on('message', pass);
    child.on('exit', (code) => {
      process.off('message', pass);
      if (this.child !== child || this.isRestarting) return;
      this.child = undefined;
      const [color, what] = code === 0 ? [BLUE, 'Completed'] : [RED, 'Failed'];
      this.say(color, `${what} running ${this.shown}. Waiting for file changes before restarting...`);
    });
  }

  async end() {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(this.signal);
    await ended;
  }

  async restart() {
    if (this.isRestarting) return;
    this.isRestarting = true;
    await this.end();
    this.isRestarting = false;
    if (!getOptionValue('--watch-preserve-output') && process.stdout.isTTY) process.stdout.write('\u001bc');
    this.say(GREEN, `Restarting ${this.shown}`);
    this.start();
  }
}

function watch() {
  const signal = getOptionValue('--watch-kill-signal');
  const { signals } = require('os/os').constants;
  if (signal && !Object.hasOwn(signals, signal))
    throw new (require('errors/errors').codes.ERR_UNKNOWN_SIGNAL)(signal, /^sig/i.test(signal));
  const watcher = new Watcher();
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, async () => {
      await watcher.end();
      process.exit(0);
    });
  }
  watcher.start();
  // Until a signal ends it, even when there is nothing to be watched.
  require('timers/timers').setInterval(() => {}, 2 ** 31 - 1);
}

module.exports = { watch };
