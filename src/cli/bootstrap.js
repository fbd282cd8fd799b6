// What is evaluated into the start-up snapshot, and the three functions that C++ calls: start, beforeExit, exit.
//
// The list below is what ordinary programs use. A module that is not in it (nor required by one that is) is compiled from
// embedded source, with a code cache, when somebody first requires it.
'use strict';

const { setEntryPoints } = binding('engine');
const lifecycle = require('engine/lifecycle');

const EAGER = [
  'errors/errors',
  'errors/validators',
  'process/process',
  'cli/env_file', // before anybody else reads the environment
  'events/events',
  'buffer/buffer',
  'process/next_tick',
  'process/promises',
  'process/uncaught',
  'timers/timers',
  'util/util',
  'console/console',
  'path/path',
  'url/url',
  'fs/fs',
  'stream/stream',
  'net/net',
  'http/http',
  'async/async_hooks',
  'async/diagnostics_channel',
  'process/stdio',
  'tty/tty',
  'os/os',
  'querystring/querystring',
  'buffer/string_decoder',
  'web/encoding',
  'web/event_target',
  'web/abort',
  'modules/modules',
  'child_process/start',
  'cli/report_error',
  'process/apply_options',
  'cli/flags',
  'cli/main',
];

for (const id of EAGER) require(id);

const { codes } = require('errors/errors');
const BASES = [Error, TypeError, RangeError, SyntaxError];
// C++ throws coded errors with finished messages; they get the shape of ours.
binding('bind').setCodedErrorFactory((code, message, type) => {
  const Base = BASES[type];
  const known = codes[code];
  if (known !== undefined && known.fromMessage !== undefined) return known.fromMessage(message, Base);
  const error = new Base(message);
  const { stack } = error;
  error.code = code;
  if (typeof stack === 'string' && stack.startsWith(`${error.name}:`)) {
    Object.defineProperty(error, 'stack', {
      value: `${error.name} [${code}]${stack.slice(error.name.length)}`,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  return error;
});

require('cli/globals').install(globalThis);

function start() {
  lifecycle.start();
  require('cli/main').run();
}

function beforeExit() {
  require('async/hooks_internal').drainDestroyQueue();
  process.emit('beforeExit', process.exitCode ?? 0);
}

/** Emits 'exit' once; gives the exit code of the process. */
function exit() {
  if (!process._exiting) {
    require('process/state').atNaturalEnd?.();
    process._exiting = true;
    process.emit('exit', process.exitCode ?? 0);
  }
  require('process/state').compileCache?.flush();
  return Number(process.exitCode ?? 0);
}

require('cli/rehearsal').rehearse();
setEntryPoints(start, beforeExit, exit);
