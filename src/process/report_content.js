// The contents of a diagnostic report: https://nodejs.org/docs/latest-v24.x/api/report.html
'use strict';

const native = binding('report');

const LIMITS = [
  'core_file_size_blocks',
  'data_seg_size_bytes',
  'file_size_blocks',
  'max_locked_memory_bytes',
  'max_memory_size_bytes',
  'open_files',
  'stack_size_bytes',
  'cpu_time_seconds',
  'max_user_processes',
  'virtual_memory_bytes',
];

function header(event, trigger, filename, { excludeNetwork }) {
  const os = require('os/os');
  const now = new Date();
  const content = {
    reportVersion: 5,
    event,
    trigger,
    filename,
    dumpEventTime: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    dumpEventTimeStamp: String(now.getTime()),
    processId: process.pid,
    threadId: 0,
    cwd: process.cwd(),
    commandLine: [process.argv0, ...process.execArgv, ...process.argv.slice(1)],
    nodejsVersion: process.version,
    glibcVersionRuntime: native.glibcVersion(),
    glibcVersionCompiler: native.GLIBC_COMPILED,
    wordSize: 64,
    arch: process.arch,
    platform: process.platform,
    componentVersions: { ...process.versions },
    release: { ...process.release },
    osName: os.type(),
    osRelease: os.release(),
    osVersion: os.version(),
    osMachine: os.machine(),
    cpus: os.cpus().map(({ model, speed, times }) => ({
      model,
      speed,
      user: times.user,
      nice: times.nice,
      sys: times.sys,
      idle: times.idle,
      irq: times.irq,
    })),
  };
  if (!excludeNetwork) {
    content.networkInterfaces = Object.entries(os.networkInterfaces()).flatMap(([name, addresses]) =>
      addresses.map(({ internal, mac, address, netmask, family, scopeid }) => {
        const item = { name, internal, mac, address, netmask, family };
        if (family === 'IPv6') item.scopeid = scopeid;
        return item;
      }),
    );
  }
  content.host = os.hostname();
  return content;
}

/** Of an error, or of what was thrown instead of one. */
function javascriptStack(error) {
  if (typeof error !== 'object' || error === null) {
    return { message: typeof error === 'symbol' ? error.toString() : String(error), errorProperties: {} };
  }
  const errorProperties = {};
  for (const [name, value] of Object.entries(error)) {
    try {
      errorProperties[name] = typeof value === 'string' ? value : require('util/inspect').inspect(value);
    } catch {
      // It cannot be shown.
    }
  }
  const { stack } = error;
  if (typeof stack !== 'string') {
    return { message: require('util/inspect').inspect(error), stack: ['Unavailable.'], errorProperties };
  }
  const [message, ...frames] = stack.split('\n');
  const section = { message };
  if (frames.length > 0) section.stack = frames.map((frame) => frame.trim());
  section.errorProperties = errorProperties;
  return section;
}

function javascriptHeap() {
  const v8 = require('v8/v8');
  const heap = v8.getHeapStatistics();
  const heapSpaces = {};
  for (const space of v8.getHeapSpaceStatistics()) {
    heapSpaces[space.space_name] = {
      memorySize: space.space_size,
      committedMemory: space.physical_space_size,
      capacity: space.space_used_size + space.space_available_size,
      used: space.space_used_size,
      available: space.space_available_size,
    };
  }
  return {
    totalMemory: heap.total_heap_size,
    executableMemory: heap.total_heap_size_executable,
    totalCommittedMemory: heap.total_physical_size,
    availableMemory: heap.total_available_size,
    totalGlobalHandlesMemory: heap.total_global_handles_size,
    usedGlobalHandlesMemory: heap.used_global_handles_size,
    usedMemory: heap.used_heap_size,
    memoryLimit: heap.heap_size_limit,
    mallocedMemory: heap.malloced_memory,
    externalMemory: heap.external_memory,
    peakMallocedMemory: heap.peak_malloced_memory,
    nativeContextCount: heap.number_of_native_contexts,
    detachedContextCount: heap.number_of_detached_contexts,
    doesZapGarbage: heap.does_zap_garbage,
    heapSpaces,
  };
}

function nativeStack() {
  const flat = native.nativeStack();
  const frames = [];
  for (let i = 0; i < flat.length; i += 2) frames.push({ pc: flat[i], symbol: flat[i + 1] });
  return frames;
}

/** Processor time and what share of the time since the start it is. */
function processorTime(user, kernel) {
  const uptime = process.uptime() || 1;
  return {
    userCpuSeconds: user,
    kernelCpuSeconds: kernel,
    cpuConsumptionPercent: ((user + kernel) / uptime) * 100,
    userCpuConsumptionPercent: (user / uptime) * 100,
    kernelCpuConsumptionPercent: (kernel / uptime) * 100,
  };
}

function resourceUsage() {
  const os = require('os/os');
  const usage = process.resourceUsage();
  return {
    free_memory: os.freemem(),
    total_memory: os.totalmem(),
    rss: process.memoryUsage.rss(),
    constrained_memory: process.constrainedMemory(),
    available_memory: process.availableMemory(),
    ...processorTime(usage.userCPUTime / 1e6, usage.systemCPUTime / 1e6),
    maxRss: usage.maxRSS * 1024,
    pageFaults: { IORequired: usage.majorPageFault, IONotRequired: usage.minorPageFault },
    fsActivity: { reads: usage.fsRead, writes: usage.fsWrite },
  };
}

function userLimits() {
  const flat = native.limits();
  const show = (value) => (value === -1 ? 'unlimited' : value);
  return Object.fromEntries(LIMITS.map((name, i) => [name, { soft: show(flat[2 * i]), hard: show(flat[2 * i + 1]) }]));
}

/**
 * @param {string} event what happened
 * @param {string} trigger what asked for the report
 * @param {string|null} filename where it goes
 * @param {unknown} error whose stack is shown
 * @param {{excludeNetwork: boolean, excludeEnv: boolean}} settings
 * @returns {object}
 */
function makeReport(event, trigger, filename, error, settings) {
  const report = {
    header: header(event, trigger, filename, settings),
    javascriptStack: javascriptStack(error),
    javascriptHeap: javascriptHeap(),
    nativeStack: nativeStack(),
    resourceUsage: resourceUsage(),
  };
  const thread = native.threadUsage();
  if (thread.length > 0) {
    const [user, kernel, reads, writes] = thread;
    report.uvthreadResourceUsage = { ...processorTime(user, kernel), fsActivity: { reads, writes } };
  }
  report.libuv = native.handles(!settings.excludeNetwork);
  report.workers = [];
  if (!settings.excludeEnv) report.environmentVariables = { ...process.env };
  report.userLimits = userLimits();
  report.sharedObjects = native.sharedObjects();
  return report;
}

module.exports = { makeReport };
