// node:os
'use strict';

const { codes } = require('errors/errors');
const { validateInt32 } = require('errors/validators');

const native = binding('os');
const { os: constants } = require('constants/tables');

const { PRIORITY_HIGHEST, PRIORITY_LOW } = constants.priority;

/** The binding's errors as Node shows them: a SystemError that names the failed call. */
function callNative(fn, ...args) {
  try {
    return fn(...args);
  } catch (error) {
    if (error?.syscall === undefined) throw error;
    const { code, errno, syscall } = error;
    const message = error.message.slice(`${code}: `.length, -`, ${syscall}`.length);
    throw new codes.ERR_SYSTEM_ERROR({ code, errno, message, syscall });
  }
}

// Node shows `${os.hostname}` as the host's name: these functions are their values when a string or number is wanted.
const asPrimitive = (fn) => {
  fn[Symbol.toPrimitive] = () => fn();
};

const named = (fn, name) => Object.defineProperty(fn, 'name', { __proto__: null, value: name, configurable: true });

const hostname = named(() => callNative(native.hostname), 'wrappedFn');
const homedir = named(() => callNative(native.homedir), 'wrappedFn');
const uptime = named(() => callNative(native.uptime), 'wrappedFn');
const freemem = named(() => native.freeMemory(), '');
const totalmem = named(() => native.totalMemory(), '');
const availableParallelism = named(() => native.availableParallelism(), '');

let cachedUname;
const uname = () => (cachedUname ??= callNative(native.uname));

/** @returns {string} 'Linux' */
function getOSType() {
  return uname()[0];
}

function getOSVersion() {
  return uname()[1];
}

function getOSRelease() {
  return uname()[2];
}

function getMachine() {
  return uname()[3];
}

/** @returns {number[]} over 1, 5 and 15 minutes */
function loadavg() {
  const values = new Float64Array(3);
  native.loadAverage(values);
  return [values[0], values[1], values[2]];
}

/** @returns {{model: string, speed: number, times: object}[]} speed in MHz, times in milliseconds */
function cpus() {
  const data = callNative(native.cpus);
  const result = [];
  for (let i = 0; i < data.length; i += 7) {
    result.push({
      model: data[i],
      speed: data[i + 1],
      times: { user: data[i + 2], nice: data[i + 3], sys: data[i + 4], idle: data[i + 5], irq: data[i + 6] },
    });
  }
  return result;
}

const arch = () => process.arch;
arch[Symbol.toPrimitive] = () => process.arch;

const platform = () => process.platform;
platform[Symbol.toPrimitive] = () => process.platform;

/** @returns {string} the directory for temporary files, without a slash at its end */
function tmpdir() {
  const { TMPDIR, TMP, TEMP } = process.env;
  const path = TMPDIR || TMP || TEMP || '/tmp';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
tmpdir[Symbol.toPrimitive] = () => tmpdir();

function endianness() {
  return 'LE';
}
endianness[Symbol.toPrimitive] = () => 'LE';

/** How many leading bits of a netmask are set; null when they are not in one run. */
function prefixLength(netmask, family) {
  const text =
    family === 'IPv4'
      ? netmask
          .split('.')
          .map((part) => Number(part).toString(2).padStart(8, '0'))
          .join('')
      : bitsOfIpv6(netmask);
  const ones = text.indexOf('0');
  if (ones === -1) return text.length;
  return text.includes('1', ones) ? null : ones;
}

function bitsOfIpv6(address) {
  const [head, tail] = address.split('::');
  const parts = (text) => (text ? text.split(':') : []);
  const first = parts(head);
  const last = parts(tail);
  const groups =
    tail === undefined ? first : [...first, ...new Array(8 - first.length - last.length).fill('0'), ...last];
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** @returns {Record<string, object[]>} addresses by the name of the interface */
function networkInterfaces() {
  const data = callNative(native.interfaceAddresses);
  const result = {};
  for (let i = 0; i < data.length; i += 7) {
    const [name, address, netmask, family, mac, internal, scopeid] = data.slice(i, i + 7);
    const prefix = prefixLength(netmask, family);
    const entry = { address, netmask, family, mac, internal, cidr: prefix === null ? null : `${address}/${prefix}` };
    if (scopeid !== -1) entry.scopeid = scopeid;
    (result[name] ??= []).push(entry);
  }
  return result;
}

/** @param {number} [pid] 0: this process */
function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  validateInt32(pid, 'pid');
  validateInt32(priority, 'priority', PRIORITY_HIGHEST, PRIORITY_LOW);
  callNative(native.setPriority, pid, priority);
}

function getPriority(pid) {
  if (pid === undefined) pid = 0;
  else validateInt32(pid, 'pid');
  return callNative(native.getPriority, pid);
}

/** @param {{encoding?: string}} [options] encoding 'buffer' gives Buffers */
function userInfo(options) {
  if (typeof options !== 'object') options = null;
  return callNative(native.userInfo, options?.encoding === 'buffer');
}

asPrimitive(hostname);
asPrimitive(homedir);
asPrimitive(uptime);
asPrimitive(freemem);
asPrimitive(totalmem);
asPrimitive(availableParallelism);
asPrimitive(getOSType);
asPrimitive(getOSVersion);
asPrimitive(getOSRelease);
asPrimitive(getMachine);

module.exports = {
  arch,
  availableParallelism,
  cpus,
  endianness,
  freemem,
  getPriority,
  homedir,
  hostname,
  loadavg,
  networkInterfaces,
  platform,
  release: getOSRelease,
  setPriority,
  tmpdir,
  totalmem,
  type: getOSType,
  userInfo,
  uptime,
  version: getOSVersion,
  machine: getMachine,
};

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  EOL: { __proto__: null, configurable: true, enumerable: true, writable: false, value: '\n' },
  devNull: { __proto__: null, configurable: true, enumerable: true, writable: false, value: '/dev/null' },
});
