'use strict';

/** mock.timers: a clock that only moves when told. */

const { codes } = require('errors/errors');
const { validateArray, validateNumber, validateStringArray } = require('errors/validators');

const SUPPORTED = ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'AbortSignal.timeout', 'scheduler.wait'];
const CLEARS = {
  __proto__: null,
  setTimeout: 'clearTimeout',
  setInterval: 'clearInterval',
  setImmediate: 'clearImmediate',
};

/** What a mocked timer function gives. */
class MockTimeout {
  #clock;

  constructor(clock, entry) {
    this.#clock = clock;
    this.entry = entry;
  }

  hasRef() {
    return true;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  refresh() {
    this.entry.at = this.#clock.now + this.entry.delay;
    return this;
  }

  close() {
    this.#clock.remove(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.entry.id;
  }

  [Symbol.dispose]() {
    this.#clock.remove(this);
  }
}

/** Timers by time, then by age. */
class Clock {
  constructor(start) {
    this.now = start;
    this.entries = new Map();
    this.nextId = 1;
  }

  add(callback, delay, args, repeat, at = undefined) {
    const wait = Number.isFinite(Number(delay)) && delay >= 1 ? Number(delay) : 1;
    const entry = { id: this.nextId++, callback, args, delay: wait, repeat, at: at ?? this.now + wait };
    const timeout = new MockTimeout(this, entry);
    entry.timeout = timeout;
    this.entries.set(entry.id, entry);
    return timeout;
  }

  remove(timer) {
    const id = timer?.entry?.id ?? Number(timer);
    this.entries.delete(id);
  }

  first() {
    let first;
    for (const entry of this.entries.values()) if (first === undefined || entry.at < first.at) first = entry;
    return first;
  }

  last() {
    let last = this.now;
    for (const entry of this.entries.values()) last = Math.max(last, entry.at);
    return last;
  }

  advance(to) {
    for (let entry = this.first(); entry !== undefined && entry.at <= to; entry = this.first()) {
      if (entry.at > this.now) this.now = entry.at;
      if (entry.repeat) {
        // Same place in line as a timer that is set anew.
        this.entries.delete(entry.id);
        entry.at += entry.delay;
        this.entries.set(entry.id, entry);
      } else {
        this.entries.delete(entry.id);
      }
      Reflect.apply(entry.callback, undefined, entry.args);
    }
    this.now = Math.max(this.now, to);
  }
}

/** Date with the mocked time. */
function makeDate(clock) {
  const Real = globalThis.Date;
  function MockDate(...args) {
    if (new.target === undefined) return new Real(clock.now).toString();
    return args.length === 0
      ? Reflect.construct(Real, [clock.now], new.target)
      : Reflect.construct(Real, args, new.target);
  }
  Object.defineProperties(MockDate, Object.getOwnPropertyDescriptors(Real));
  MockDate.now = { now: () => clock.now }.now;
  Object.defineProperty(MockDate, 'isMock', { __proto__: null, value: true });
  return MockDate;
}

class MockTimers {
  #clock;
  #restores = [];
  #enabled = false;

  #replace(object, name, value) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor === undefined) return;
    this.#restores.push(() => Object.defineProperty(object, name, descriptor));
    Object.defineProperty(object, name, {
      __proto__: null,
      configurable: true,
      enumerable: descriptor.enumerable,
      writable: true,
      value,
    });
  }

  /** @param {{apis?: string[], now?: number|Date}} [options] */
  enable(options = { __proto__: null, apis: SUPPORTED, now: 0 }) {
    if (this.#enabled) throw new codes.ERR_INVALID_STATE('MockTimers is already enabled!');
    let { now = 0 } = options;
    const { apis = SUPPORTED } = options;
    if (now instanceof Date) now = now.getTime();
    validateNumber(now, 'initialTime');
    if (now < 0) throw new codes.ERR_INVALID_ARG_VALUE('initialTime', now, 'must be a positive number');
    validateArray(apis, 'options.apis');
    validateStringArray(apis, 'options.apis');
    for (const api of apis) {
      if (!SUPPORTED.includes(api))
        throw new codes.ERR_INVALID_ARG_VALUE('options.apis', api, `option ${api} is not supported`);
    }
    this.#enabled = true;
    this.#clock = new Clock(now);
    for (const api of apis.length === 0 ? SUPPORTED : apis) this.#enableOne(api);
  }

  #enableOne(api) {
    const clock = this.#clock;
    const timers = require('timers/timers');
    const promises = require('timers/promises');
    const { validateFunction } = require('errors/validators');
    switch (api) {
      case 'Date':
        this.#replace(globalThis, 'Date', makeDate(clock));
        return;
      case 'AbortSignal.timeout': {
        const { AbortController, AbortSignal } = require('web/abort');
        const timeout = (delay) => {
          const controller = new AbortController();
          const { DOMException } = require('web/dom_exception');
          clock.add(
            () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
            delay,
            [],
            false,
          );
          return controller.signal;
        };
        this.#replace(AbortSignal, 'timeout', timeout);
        return;
      }
      case 'scheduler.wait':
        this.#replace(promises.scheduler, 'wait', (delay, options) => this.#wait(delay, undefined, options));
        return;
      default: {
        const repeat = api === 'setInterval';
        const immediate = api === 'setImmediate';
        const set = (callback, ...rest) => {
          validateFunction(callback, 'callback');
          const delay = immediate ? 0 : rest.shift();
          return clock.add(callback, delay, rest, repeat, immediate ? clock.now : undefined);
        };
        const clear = (timer) => clock.remove(timer);
        for (const object of [globalThis, timers]) {
          this.#replace(object, api, set);
          this.#replace(object, CLEARS[api], clear);
        }
        if (repeat) this.#replace(promises, api, (delay, value, options) => this.#ticks(delay, value, options));
        else if (immediate) this.#replace(promises, api, (value, options) => this.#wait(0, value, options, clock.now));
        else this.#replace(promises, api, (delay, value, options) => this.#wait(delay, value, options));
      }
    }
  }

  #wait(delay, value, options = {}, at = undefined) {
    const { signal } = options ?? {};
    const { AbortError } = require('errors/errors');
    if (signal !== undefined) {
      try {
        require('errors/validators').validateAbortSignal(signal, 'options.signal');
      } catch (error) {
        return Promise.reject(error);
      }
      if (signal.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#clock.remove(timer);
        reject(new AbortError(undefined, { cause: signal.reason }));
      };
      const timer = this.#clock.add(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(value);
        },
        delay,
        [],
        false,
        at,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  async *#ticks(delay, value, options = {}) {
    const { signal } = options ?? {};
    if (signal !== undefined) require('errors/validators').validateAbortSignal(signal, 'options.signal');
    const waiting = [];
    let due = 0;
    const timer = this.#clock.add(
      () => {
        if (waiting.length > 0) waiting.shift().resolve();
        else due++;
      },
      delay,
      [],
      true,
    );
    const { AbortError } = require('errors/errors');
    const onAbort = () => {
      for (const { reject } of waiting.splice(0)) reject(new AbortError(undefined, { cause: signal.reason }));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
        if (due > 0) due--;
        else {
          const next = Promise.withResolvers();
          waiting.push(next);
          await next.promise;
        }
        yield value;
      }
    } finally {
      this.#clock?.remove(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #assertEnabled() {
    if (!this.#enabled)
      throw new codes.ERR_INVALID_STATE('You should enable MockTimers first by calling the .enable function');
  }

  /** Moves the clock on. @param {number} [time] milliseconds */
  tick(time = 1) {
    this.#assertEnabled();
    if (time < 0) throw new codes.ERR_INVALID_ARG_VALUE('time', time, 'must be a positive integer');
    validateNumber(time, 'time');
    this.#clock.advance(this.#clock.now + time);
  }

  /** Sets what Date shows; timers that are due by then run. */
  setTime(time = 0) {
    this.#assertEnabled();
    validateNumber(time, 'time');
    if (time < 0) throw new codes.ERR_INVALID_ARG_VALUE('time', time, 'must be a positive integer');
    this.#clock.advance(time);
    this.#clock.now = time;
  }

  /** Runs everything that waits. */
  runAll() {
    this.#assertEnabled();
    this.#clock.advance(this.#clock.last());
  }

  /** The real timers again. */
  reset() {
    if (!this.#enabled) return;
    for (const restore of this.#restores.splice(0).reverse()) restore();
    this.#enabled = false;
    this.#clock = undefined;
  }

  [Symbol.dispose]() {
    this.reset();
  }
}

module.exports = { MockTimers };
