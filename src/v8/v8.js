// node:v8.
'use strict';

const native = binding('v8');
const { codes } = require('errors/errors');
const { validateFunction, validateObject, validateOneOf, validateString } = require('errors/validators');
const serdes = require('v8/serdes');
const { snapshotOptions, streamOf } = require('v8/v8_internal');

const scratch = new Float64Array(14);

const HEAP_NAMES = [
  'total_heap_size',
  'total_heap_size_executable',
  'total_physical_size',
  'total_available_size',
  'used_heap_size',
  'heap_size_limit',
  'malloced_memory',
  'peak_malloced_memory',
  'does_zap_garbage',
  'number_of_native_contexts',
  'number_of_detached_contexts',
  'total_global_handles_size',
  'used_global_handles_size',
  'external_memory',
];
const CODE_NAMES = [
  'code_and_metadata_size',
  'bytecode_and_metadata_size',
  'external_script_source_size',
  'cpu_profiler_metadata_size',
];
const SPACE_NAMES = ['space_size', 'space_used_size', 'space_available_size', 'physical_space_size'];

function collect(names, target = {}) {
  for (let i = 0; i < names.length; i++) target[names[i]] = scratch[i];
  return target;
}

function getHeapStatistics() {
  native.heapStatistics(scratch);
  return collect(HEAP_NAMES);
}

function getHeapCodeStatistics() {
  native.heapCodeStatistics(scratch);
  return collect(CODE_NAMES);
}

function getHeapSpaceStatistics() {
  return native.heapSpaces().map((name, i) => {
    native.heapSpaceStatistics(i, scratch);
    return collect(SPACE_NAMES, { space_name: name });
  });
}

function setFlagsFromString(flags) {
  validateString(flags, 'flags');
  native.setFlags(flags);
}

function cachedDataVersionTag() {
  return native.cachedDataVersionTag();
}

function isStringOneByteRepresentation(content) {
  validateString(content, 'content');
  return native.isOneByte(content);
}

/** A Readable of the heap snapshot's JSON. */
function getHeapSnapshot(options) {
  const { exposeInternals, exposeNumericValues } = snapshotOptions(options);
  return streamOf(native.heapSnapshot(exposeInternals, exposeNumericValues));
}

/** Writes a heap snapshot; gives the file's name. */
function writeHeapSnapshot(filename, options) {
  const fs = require('fs/fs');
  const { exposeInternals, exposeNumericValues } = snapshotOptions(options);
  if (filename === undefined) {
    const now = new Date();
    const two = (n) => String(n).padStart(2, '0');
    const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
    const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
    filename = `Heap.${date}.${time}.${process.pid}.0.001.heapsnapshot`;
  }
  fs.writeFileSync(filename, native.heapSnapshot(exposeInternals, exposeNumericValues));
  return String(filename);
}

/**
 * @param {Function} constructor
 * @param {{format?: 'count'|'summary'}} [options]
 */
function queryObjects(constructor, options = undefined) {
  validateFunction(constructor, 'constructor');
  const { kEmptyObject, emitExperimentalWarning } = require('util/internal');
  validateObject(options === undefined ? kEmptyObject : options, 'options');
  emitExperimentalWarning('v8.queryObjects()');
  const format = options?.format ?? 'count';
  validateOneOf(format, 'options.format', ['count', 'summary']);
  const { prototype } = constructor;
  const found = typeof prototype === 'object' && prototype !== null ? native.queryObjects(prototype) : [];
  if (format === 'count') return found.length;
  const { inspect } = require('util/inspect');
  return found.map((object) => inspect(object, { depth: 0 }));
}

/** Statistics of every collection between start() and stop(). */
class GCProfiler {
  #profile;

  start() {
    if (this.#profile !== undefined) return;
    this.#profile = new (binding('profiler').GcProfile)();
    this.#profile.startTime = Date.now();
    this.#profile.start();
  }

  /** @returns {{version: 1, startTime: number, statistics: object[], endTime: number}|undefined} */
  stop() {
    const profile = this.#profile;
    if (profile === undefined) return undefined;
    this.#profile = undefined;
    const statistics = JSON.parse(profile.stop());
    return { version: 1, startTime: profile.startTime, statistics, endTime: Date.now() };
  }

  [Symbol.dispose]() {
    this.stop();
  }
}

class SyncCPUProfileHandle {
  #profile;

  constructor(profile) {
    this.#profile = profile;
  }

  /** @returns {string|undefined} the profile's JSON, the first time */
  stop() {
    return this.#profile.stop();
  }

  [Symbol.dispose]() {
    this.stop();
  }
}

/** @returns {SyncCPUProfileHandle} */
function startCpuProfile() {
  return new SyncCPUProfileHandle(new (binding('profiler').CpuProfile)(0));
}

/** @param {'brief'|'detailed'} [type] */
function getCppHeapStatistics(type = 'detailed') {
  validateOneOf(type, 'type', ['brief', 'detailed']);
  const [committed, resident, used] = native.cppHeapStatistics(type === 'detailed');
  return {
    __proto__: null,
    committed_size_bytes: committed,
    resident_size_bytes: resident,
    used_size_bytes: used,
    space_statistics: [],
    type_names: [],
    detail_level: type,
  };
}

/** Up to `limit` heap snapshots are written when the heap is nearly full. */
function setHeapSnapshotNearHeapLimit(limit) {
  require('errors/validators').validateUint32(limit, 'limit', true);
  binding('near_heap_limit').setNearHeapLimit(limit);
}

function notBuilding() {
  throw new codes.ERR_NOT_BUILDING_SNAPSHOT();
}

const startupSnapshot = {
  addDeserializeCallback: notBuilding,
  addSerializeCallback: notBuilding,
  setDeserializeMainFunction: notBuilding,
  isBuildingSnapshot() {
    return false;
  },
};

module.exports = {
  cachedDataVersionTag,
  getHeapSnapshot,
  getHeapStatistics,
  getHeapSpaceStatistics,
  getHeapCodeStatistics,
  getCppHeapStatistics,
  setFlagsFromString,
  Serializer: serdes.Serializer,
  Deserializer: serdes.Deserializer,
  DefaultSerializer: serdes.DefaultSerializer,
  DefaultDeserializer: serdes.DefaultDeserializer,
  deserialize: serdes.deserialize,
  takeCoverage() {},
  stopCoverage() {},
  serialize: serdes.serialize,
  writeHeapSnapshot,
  get promiseHooks() {
    return require('async/promise_hooks').promiseHooks;
  },
  queryObjects,
  startupSnapshot,
  setHeapSnapshotNearHeapLimit,
  GCProfiler,
  isStringOneByteRepresentation,
  startCpuProfile,
};
