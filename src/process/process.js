'use strict';

/**
 * The process object. It exists before every module; this file, evaluated while the start-up snapshot is made, gives it
 * its prototype and properties. What belongs to one run of the program (arguments, environment, pid) comes in onStart.
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html
 */

const EventEmitter = require('events/events');
const { onStart } = require('engine/lifecycle');
const option = require('process/option');
const shared = require('process/state');
const nextTicks = require('process/next_tick');
const credentials = require('process/credentials');
const usage = require('process/usage');
const exits = require('process/exit');
const signals = require('process/signals');
const uncaught = require('process/uncaught');
const { emitWarning } = require('process/warning');

const native = binding('process');
const { nodeVersion, versions } = binding('config');

// ---- The prototype chain: process → process.prototype → EventEmitter.prototype ----

// V8 prints objects by their constructor's own name.
const ProcessConstructor = function process() {};
const prototype = Object.create(EventEmitter.prototype, {
  constructor: { __proto__: null, value: ProcessConstructor, writable: true, configurable: true },
});
ProcessConstructor.prototype = prototype;
Object.setPrototypeOf(process, prototype);
Object.defineProperty(process, Symbol.toStringTag, { __proto__: null, value: 'process', writable: true });

// ---- Facts about the build ----

function readOnly(name, value) {
  Object.defineProperty(process, name, {
    __proto__: null,
    value,
    enumerable: true,
    configurable: true,
    writable: false,
  });
}

function accessor(name, get, set, configurable = true) {
  Object.defineProperty(process, name, { __proto__: null, get, set, enumerable: true, configurable });
}

function frozenProperties(object) {
  const result = {};
  for (const [key, value] of Object.entries(object)) {
    Object.defineProperty(result, key, {
      __proto__: null,
      value,
      enumerable: true,
      configurable: true,
      writable: false,
    });
  }
  return result;
}

readOnly('version', `v${nodeVersion}`);
readOnly('versions', frozenProperties(versions));
readOnly('arch', native.arch);
readOnly('platform', native.platform);
readOnly(
  'release',
  frozenProperties({
    name: 'node',
    lts: 'Krypton',
    sourceUrl: `https://nodejs.org/download/release/v${nodeVersion}/node-v${nodeVersion}.tar.gz`,
    headersUrl: `https://nodejs.org/download/release/v${nodeVersion}/node-v${nodeVersion}-headers.tar.gz`,
  }),
);

process._rawDebug = function _rawDebug(...args) {
  native.rawDebug(require('util/inspect').format(...args));
};
readOnly('moduleLoadList', []);
process.binding = function (name) {
  return require('process/legacy').processBinding(name);
};
Object.defineProperty(process.binding, 'name', { __proto__: null, value: 'binding' });
process._linkedBinding = function _linkedBinding(name) {
  return require('process/legacy').linkedBinding(name);
};

EventEmitter.call(process);
process.domain = null;

// ---- Ending ----

accessor(
  '_exiting',
  function get() {
    return shared.exiting;
  },
  function set(value) {
    shared.exiting = value;
  },
);
accessor(
  'exitCode',
  function get() {
    return shared.exitCode;
  },
  function set(value) {
    exits.checkExitCode(value);
    shared.exitCode = value;
  },
  false,
);

readOnly(
  'config',
  Object.freeze({
    __proto__: Object.prototype,
    target_defaults: Object.freeze({
      cflags: Object.freeze([]),
      default_configuration: 'Release',
      defines: Object.freeze([]),
      include_dirs: Object.freeze([]),
      libraries: Object.freeze([]),
    }),
    variables: Object.freeze({
      host_arch: native.arch,
      target_arch: native.arch,
      napi_build_version: versions.napi,
      node_module_version: Number(versions.modules),
      node_shared: false,
      node_use_openssl: true,
      openssl_is_fips: false,
      v8_enable_i18n_support: 1,
      icu_small: false,
      asan: 0,
      coverage: false,
      debug_node: false,
      single_executable_application: false,
    }),
  }),
);

process.dlopen = function dlopen(...args) {
  return require('napi/dlopen').dlopen(...args);
};
Object.defineProperty(process.dlopen, 'length', { __proto__: null, value: 0 });

process.uptime = usage.uptime;
process._getActiveRequests = function _getActiveRequests() {
  return native.activeRequests();
};
process._getActiveHandles = function _getActiveHandles() {
  // A handle's owner is the public object over it: a Socket, a Server.
  return native.activeHandles().map((handle) => handle.owner ?? handle);
};
process.getActiveResourcesInfo = function getActiveResourcesInfo() {
  return [
    ...native.activeResources(),
    ...Array(require('timers/queue').refCount()).fill('Timeout'),
    ...Array(require('timers/immediate').immediateInfo[1]).fill('Immediate'),
  ];
};
process.reallyExit = exits.reallyExit;
process._kill = exits._kill;

/** @param {string|URL|Buffer} [path] */
process.loadEnvFile = function loadEnvFile(path = undefined) {
  const { toPathIfFileURL } = require('url/url');
  let file = '.env';
  if (path !== undefined) {
    file = toPathIfFileURL !== undefined ? toPathIfFileURL(path) : path;
    const { Buffer } = require('buffer/buffer');
    if (!Buffer.isBuffer(file)) require('errors/validators').validateString(file, 'path');
  }
  const values = require('util/util').parseEnv(require('fs/fs').readFileSync(file, 'utf8'));
  for (const [key, value] of Object.entries(values)) {
    if (process.env[key] === undefined) process.env[key] = value;
  }
};

process.cpuUsage = usage.cpuUsage;
process.threadCpuUsage = usage.threadCpuUsage;
process.resourceUsage = usage.resourceUsage;
process.memoryUsage = usage.memoryUsage;
process.constrainedMemory = usage.constrainedMemory;
process.availableMemory = usage.availableMemory;
process.kill = exits.kill;
process.exit = exits.exit;
process.execve = exits.execve;

function findRefMethod(object, name) {
  return object?.[Symbol.for(`nodejs.${name}`)] || object?.[Symbol.for(`node:${name}`)] || object?.[name];
}
process.ref = function ref(maybeRefable) {
  const method = findRefMethod(maybeRefable, 'ref');
  if (typeof method === 'function') method.call(maybeRefable);
};
process.unref = function unref(maybeRefable) {
  const method = findRefMethod(maybeRefable, 'unref');
  if (typeof method === 'function') method.call(maybeRefable);
};

/** A property whose value is made when first read and can be replaced. */
function lazy(name, make) {
  let value;
  let made = false;
  accessor(
    name,
    function get() {
      if (!made) {
        value = make();
        made = true;
      }
      return value;
    },
    function set(replacement) {
      value = replacement;
      made = true;
    },
  );
}

lazy('finalization', () => require('process/finalization').createFinalization());
process.hrtime = usage.hrtime;
process.openStdin =
  (0,
  function () {
    process.stdin.resume();
    return process.stdin;
  });
process.getuid = credentials.getuid;
process.geteuid = credentials.geteuid;
process.getgid = credentials.getgid;
process.getegid = credentials.getegid;
process.getgroups = credentials.getgroups;
lazy('allowedNodeEnvironmentFlags', () => require('process/environment_flags').createEnvironmentFlags());

const features = {
  inspector: false,
  debug: false,
  uv: true,
  ipv6: true,
  tls_alpn: true,
  tls_sni: true,
  tls_ocsp: true,
  tls: true,
  openssl_is_boringssl: false,
  get cached_builtins() {
    return true;
  },
  get require_module() {
    return option('--experimental-require-module') !== false;
  },
  get quic() {
    return false;
  },
  get typescript() {
    if (option('--experimental-transform-types')) return 'transform';
    return option('--strip-types') === false ? false : 'strip';
  },
};
for (const name of ['cached_builtins', 'require_module', 'quic', 'typescript']) {
  Object.defineProperty(features, name, { __proto__: null, configurable: true, enumerable: true });
}
Object.defineProperty(process, 'features', { __proto__: null, value: features, enumerable: true });

// ---- Exceptions, warnings, ticks ----

process._fatalException =
  (0,
  function (error, fromPromise) {
    return uncaught.handleUncaught(error, !!fromPromise);
  });
process.setUncaughtExceptionCaptureCallback = uncaught.setUncaughtExceptionCaptureCallback;
process.hasUncaughtExceptionCaptureCallback = uncaught.hasUncaughtExceptionCaptureCallback;
process.emitWarning = emitWarning;
process.nextTick = nextTicks.nextTick;
process._tickCallback = nextTicks.runNextTicks;

accessor(
  'sourceMapsEnabled',
  function get() {
    return shared.sourceMapsEnabled;
  },
  undefined,
);
process.setSourceMapsEnabled = function setSourceMapsEnabled(value) {
  require('errors/validators').validateBoolean(value, 'enabled');
  require('modules/source_map_cache').setSourceMapsSupport(value, { nodeModules: value, generatedCode: value });
};
process.getBuiltinModule = function getBuiltinModule(id) {
  return require('process/legacy').getBuiltinModule(id);
};
process._debugProcess = function _debugProcess() {};
process._debugEnd = function _debugEnd() {};
process._startProfilerIdleNotifier = (0, function () {});
process._stopProfilerIdleNotifier = (0, function () {});

// ---- Standard streams ----

for (const [name, getter] of [
  ['stdout', 'getStdout'],
  ['stdin', 'getStdin'],
  ['stderr', 'getStderr'],
]) {
  const get = () => require('process/stdio')[getter]();
  Object.defineProperty(get, 'name', { __proto__: null, value: getter });
  accessor(name, get, undefined);
}

process.abort = exits.abort;
process.umask = credentials.wrappedUmask;
process.chdir = credentials.wrappedChdir;
process.cwd = credentials.wrappedCwd;
process.initgroups = credentials.initgroups;
process.setgroups = credentials.setgroups;
process.setegid = credentials.setegid;
process.seteuid = credentials.seteuid;
process.setgid = credentials.setgid;
process.setuid = credentials.setuid;

// ---- What belongs to one run ----

process.env = undefined;
accessor(
  'title',
  function get() {
    return native.getTitle();
  },
  function set(value) {
    native.setTitle(`${value}`);
  },
);
process.argv = undefined;
process.execArgv = undefined;
readOnly('pid', 0);
accessor(
  'ppid',
  function get() {
    return native.ppid();
  },
  undefined,
);
process.execPath = undefined;
process.debugPort = 9229;
Object.defineProperty(process, 'argv0', {
  __proto__: null,
  value: undefined,
  enumerable: true,
  writable: false,
  configurable: true,
});
readOnly('_preload_modules', []);
lazy('report', () => require('process/report').report);

process.on('newListener', signals.startListening);
process.on('removeListener', signals.stopListening);

onStart((state) => {
  process.env = native.environmentVariables();
  process.argv = [state.execPath, ...state.argv.slice(1)];
  process.execArgv = state.execArgv;
  readOnly('pid', native.pid());
  process.execPath = state.execPath;
  Object.defineProperty(process, 'argv0', {
    __proto__: null,
    value: state.argv[0],
    enumerable: true,
    writable: false,
    configurable: false,
  });
});
