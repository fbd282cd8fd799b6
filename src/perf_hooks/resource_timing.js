'use strict';

/** PerformanceResourceTiming. @see https://w3c.github.io/resource-timing/ */

const { PerformanceEntry, kMake, makeEnumerable } = require('perf_hooks/entry');
const { bufferResourceTiming, enqueue } = require('perf_hooks/observer');
const {
  codes: { ERR_INVALID_THIS, ERR_ILLEGAL_CONSTRUCTOR },
} = require('errors/errors');

/** Attribute → how to read it from the timing info of Fetch and what came with it. */
const attributes = {
  initiatorType: (entry) => entry.initiatorType,
  workerStart: ({ timing }) => timing.finalServiceWorkerStartTime,
  redirectStart: ({ timing }) => timing.redirectStartTime,
  redirectEnd: ({ timing }) => timing.redirectEndTime,
  fetchStart: ({ timing }) => timing.postRedirectStartTime,
  domainLookupStart: ({ timing }) => timing.finalConnectionTimingInfo?.domainLookupStartTime,
  domainLookupEnd: ({ timing }) => timing.finalConnectionTimingInfo?.domainLookupEndTime,
  connectStart: ({ timing }) => timing.finalConnectionTimingInfo?.connectionStartTime,
  connectEnd: ({ timing }) => timing.finalConnectionTimingInfo?.connectionEndTime,
  secureConnectionStart: ({ timing }) => timing.finalConnectionTimingInfo?.secureConnectionStartTime,
  nextHopProtocol: ({ timing }) => timing.finalConnectionTimingInfo?.ALPNNegotiatedProtocol,
  requestStart: ({ timing }) => timing.finalNetworkRequestStartTime,
  responseStart: ({ timing }) => timing.finalNetworkResponseStartTime,
  responseEnd: ({ timing }) => timing.endTime,
  encodedBodySize: ({ timing }) => timing.encodedBodySize,
  decodedBodySize: ({ timing }) => timing.decodedBodySize,
  transferSize({ cacheMode, timing }) {
    if (cacheMode === 'local') return 0;
    // The standard's allowance for the headers.
    return cacheMode === 'validated' ? 300 : timing.encodedBodySize + 300;
  },
  deliveryType: (entry) => entry.deliveryType,
  responseStatus: (entry) => entry.responseStatus,
};

class PerformanceResourceTiming extends PerformanceEntry {
  #data;

  constructor(token = undefined, data = undefined) {
    if (token !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    const { timing } = data;
    super(kMake, data.url, 'resource', timing.startTime, timing.endTime - timing.startTime);
    this.#data = data;
  }

  static read(entry, get) {
    if (typeof entry !== 'object' || entry === null || !(#data in entry)) {
      throw new ERR_INVALID_THIS('PerformanceResourceTiming');
    }
    return get(entry.#data);
  }

  get name() {
    return super.name;
  }

  get startTime() {
    return super.startTime;
  }

  get duration() {
    return super.duration;
  }

  toJSON() {
    const json = super.toJSON();
    for (const name of jsonOrder) json[name] = this[name];
    return json;
  }
}

const { read } = PerformanceResourceTiming;
delete PerformanceResourceTiming.read;

const jsonOrder = [
  'initiatorType',
  'nextHopProtocol',
  'workerStart',
  'redirectStart',
  'redirectEnd',
  'fetchStart',
  'domainLookupStart',
  'domainLookupEnd',
  'connectStart',
  'connectEnd',
  'secureConnectionStart',
  'requestStart',
  'responseStart',
  'responseEnd',
  'transferSize',
  'encodedBodySize',
  'decodedBodySize',
  'deliveryType',
  'responseStatus',
];

for (const [name, get] of Object.entries(attributes)) {
  const accessor = {
    get [name]() {
      return read(this, get);
    },
  };
  Object.defineProperty(PerformanceResourceTiming.prototype, name, {
    ...Object.getOwnPropertyDescriptor(accessor, name),
    enumerable: true,
    configurable: true,
  });
}
makeEnumerable(PerformanceResourceTiming, ['toJSON']);
Object.defineProperty(PerformanceResourceTiming.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'PerformanceResourceTiming',
});

/**
 * "Mark resource timing" of the Fetch standard.
 * @returns {PerformanceResourceTiming}
 */
function markResourceTiming(
  timingInfo,
  requestedUrl,
  initiatorType,
  global,
  cacheMode,
  bodyInfo,
  responseStatus,
  deliveryType = '',
) {
  const entry = new PerformanceResourceTiming(kMake, {
    url: requestedUrl,
    initiatorType,
    timing: timingInfo,
    cacheMode,
    bodyInfo,
    responseStatus,
    deliveryType,
  });
  enqueue(entry);
  bufferResourceTiming(entry, () => {
    const { Event } = require('web/event_target');
    require('perf_hooks/performance').performance.dispatchEvent(new Event('resourcetimingbufferfull'));
  });
  return entry;
}
Object.defineProperty(markResourceTiming, 'length', { __proto__: null, value: 7, configurable: true });

module.exports = { PerformanceResourceTiming, markResourceTiming };
