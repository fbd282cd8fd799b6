'use strict';

/** Clocks, memory and processor time. */

const native = binding('process');

function errors() {
  return require('errors/errors').codes;
}

/**
 * @param {[number, number]} [time] an earlier result
 * @returns {[number, number]} seconds and nanoseconds, since an arbitrary time or since `time`
 */
function hrtime(time) {
  const now = native.hrtime();
  const seconds = Math.floor(now / 1e9);
  const nanoseconds = now - seconds * 1e9;
  if (time === undefined) return [seconds, nanoseconds];
  require('errors/validators').validateArray(time, 'time');
  if (time.length !== 2) {
    const { ERR_OUT_OF_RANGE } = errors();
    throw new ERR_OUT_OF_RANGE('time', 2, time.length);
  }
  const passed = [seconds - time[0], nanoseconds - time[1]];
  if (passed[1] < 0) {
    passed[0]--;
    passed[1] += 1e9;
  }
  return passed;
}

/** @returns {bigint} nanoseconds since an arbitrary time */
hrtime.bigint = function hrtimeBigInt() {
  return native.hrtimeBigint();
};

function uptime() {
  return native.uptime();
}

/** @returns {{rss: number, heapTotal: number, heapUsed: number, external: number, arrayBuffers: number}} bytes */
function memoryUsage() {
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = native.memoryUsage();
  return { rss, heapTotal, heapUsed, external, arrayBuffers };
}

memoryUsage.rss = function rss() {
  return native.rss();
};

/** Checks an earlier result of cpuUsage. */
function checkUsage(value, name) {
  if (typeof value === 'number' && value <= Number.MAX_SAFE_INTEGER && value >= 0) return;
  require('errors/validators').validateNumber(value, name);
  const { ERR_INVALID_ARG_VALUE } = errors();
  throw new ERR_INVALID_ARG_VALUE.RangeError(name, value);
}

function usageSince(previous, current) {
  const [user, system] = current;
  if (!previous) return { user, system };
  return { user: user - previous.user, system: system - previous.system };
}

function checkPrevious(previous) {
  if (!previous) return;
  require('errors/validators').validateObject(previous, 'prevValue');
  checkUsage(previous.user, 'prevValue.user');
  checkUsage(previous.system, 'prevValue.system');
}

/**
 * @param {{user: number, system: number}} [prevValue] an earlier result
 * @returns {{user: number, system: number}} microseconds of the whole process
 */
function cpuUsage(prevValue) {
  checkPrevious(prevValue);
  return usageSince(prevValue, native.cpuUsage());
}

/** The same for the calling thread. */
function threadCpuUsage(prevValue) {
  checkPrevious(prevValue);
  return usageSince(prevValue, native.threadCpuUsage());
}

function resourceUsage() {
  const [
    userCPUTime,
    systemCPUTime,
    maxRSS,
    sharedMemorySize,
    unsharedDataSize,
    unsharedStackSize,
    minorPageFault,
    majorPageFault,
    swappedOut,
    fsRead,
    fsWrite,
    ipcSent,
    ipcReceived,
    signalsCount,
    voluntaryContextSwitches,
    involuntaryContextSwitches,
  ] = native.resourceUsage();
  return {
    userCPUTime,
    systemCPUTime,
    maxRSS,
    sharedMemorySize,
    unsharedDataSize,
    unsharedStackSize,
    minorPageFault,
    majorPageFault,
    swappedOut,
    fsRead,
    fsWrite,
    ipcSent,
    ipcReceived,
    signalsCount,
    voluntaryContextSwitches,
    involuntaryContextSwitches,
  };
}

function constrainedMemory() {
  return native.constrainedMemory();
}

function availableMemory() {
  return native.availableMemory();
}

module.exports = {
  hrtime,
  uptime,
  memoryUsage,
  cpuUsage,
  threadCpuUsage,
  resourceUsage,
  constrainedMemory,
  availableMemory,
};
