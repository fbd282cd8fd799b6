// Between ReadableStreams and iterables: ReadableStream.from(), and `for await`.
'use strict';

const { codes } = require('errors/errors');
const { kState, then } = require('stream/web/common');
const { cancelStream, readFrom, releaseReader } = require('stream/web/readable_state');

/** @returns {ReadableStream} */
function fromIterable(iterable) {
  const { createReadableStream } = require('stream/web/readable_stream');
  const asyncMethod = iterable[Symbol.asyncIterator];
  const method = asyncMethod ?? iterable[Symbol.iterator];
  if (typeof method !== 'function') throw new codes.ERR_ARG_NOT_ITERABLE(iterable);
  const iterator = Reflect.apply(method, iterable, []);
  if (iterator === null || (typeof iterator !== 'object' && typeof iterator !== 'function')) {
    throw new codes.ERR_INVALID_STATE.TypeError('The iterator method must return an object');
  }
  // The values of a synchronous iterator may be promises; those of an asynchronous one are as they are.
  const isSync = asyncMethod === undefined || asyncMethod === null;
  const { next } = iterator;
  const stream = createReadableStream(
    {
      __proto__: null,
      async pull() {
        const result = await Reflect.apply(next, iterator, []);
        if (result === null || typeof result !== 'object') {
          throw new codes.ERR_INVALID_STATE.TypeError(
            'The promise returned by the iterator.next() method must fulfill with an object',
          );
        }
        const { controller } = stream[kState].controller;
        if (result.done) controller.close();
        else if (isSync) controller.enqueue(await result.value);
        else controller.enqueue(result.value);
      },
      async cancel(reason) {
        const end = iterator.return;
        if (end === undefined || end === null) return;
        const result = await Reflect.apply(end, iterator, [reason]);
        if (result === null || typeof result !== 'object') {
          throw new codes.ERR_INVALID_STATE.TypeError(
            'The promise returned by the iterator.return() method must fulfill with an object',
          );
        }
      },
    },
    0,
  );
  return stream;
}

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

/** Settles the promise of one `next()`. */
class IteratorRequest {
  constructor(iteration, deferred) {
    this.iteration = iteration;
    this.deferred = deferred;
  }

  chunkSteps(value) {
    this.iteration.ongoing = undefined;
    this.deferred.resolve({ value, done: false });
  }

  closeSteps() {
    this.iteration.ongoing = undefined;
    this.iteration.finish();
    this.deferred.resolve({ value: undefined, done: true });
  }

  errorSteps(error) {
    this.iteration.ongoing = undefined;
    this.iteration.finish();
    this.deferred.reject(error);
  }
}

class Iteration {
  isFinished = false;
  ongoing = undefined;

  constructor(reader, preventCancel) {
    this.reader = reader;
    this.preventCancel = preventCancel;
  }

  finish() {
    this.isFinished = true;
    if (this.reader.stream !== undefined) releaseReader(this.reader);
  }

  next() {
    if (this.isFinished) return Promise.resolve({ value: undefined, done: true });
    const { stream } = this.reader;
    if (stream === undefined)
      return Promise.reject(new codes.ERR_INVALID_STATE.TypeError('The reader is not bound to a ReadableStream'));
    const deferred = Promise.withResolvers();
    readFrom(this.reader, new IteratorRequest(this, deferred));
    // One turn later, as WebIDL's asynchronous iterators have it.
    return then(deferred.promise, (result) => result);
  }

  async return(value) {
    if (this.isFinished) return { value, done: true };
    this.isFinished = true;
    const { stream } = this.reader;
    if (stream === undefined)
      throw new codes.ERR_INVALID_STATE.TypeError('The reader is not bound to a ReadableStream');
    if (this.preventCancel) {
      releaseReader(this.reader);
    } else {
      const cancelled = cancelStream(stream, value);
      releaseReader(this.reader);
      await cancelled;
    }
    return { value, done: true };
  }

  /** One step after the other, however they are asked for. */
  chain(step) {
    const { ongoing } = this;
    const result = ongoing === undefined ? step() : then(ongoing, step, step);
    this.ongoing = result;
    return result;
  }
}

const kIteration = Symbol('iteration');

const ReadableStreamAsyncIteratorPrototype = {
  __proto__: AsyncIteratorPrototype,
  next() {
    const iteration = this?.[kIteration];
    if (iteration === undefined) return Promise.reject(new codes.ERR_INVALID_THIS('ReadableStreamAsyncIterator'));
    return iteration.chain(() => iteration.next());
  },
  return(value) {
    const iteration = this?.[kIteration];
    if (iteration === undefined) return Promise.reject(new codes.ERR_INVALID_THIS('ReadableStreamAsyncIterator'));
    return iteration.chain(() => iteration.return(value));
  },
};

/** The async iterator of a stream. */
function iterate(stream, preventCancel) {
  const { ReadableStreamDefaultReader } = require('stream/web/readers');
  const reader = new ReadableStreamDefaultReader(stream)[kState];
  return Object.create(ReadableStreamAsyncIteratorPrototype, {
    [kIteration]: { __proto__: null, value: new Iteration(reader, preventCancel) },
  });
}

module.exports = { fromIterable, iterate };
