// ReadableStream.prototype.tee(): two branches that read from one stream.
'use strict';

const { kState, setHandled, then } = require('stream/web/common');
const {
  ByobReaderState,
  DefaultReaderState,
  attachReader,
  cancelStream,
  readFrom,
  releaseReader,
} = require('stream/web/readable_state');

function lock(stream, State) {
  const reader = new State(undefined);
  attachReader(reader, stream);
  return reader;
}

/** What the two branches share: who has cancelled, and the promise of the cancellation of both. */
class Cancellation {
  #stream;
  #reasons = [undefined, undefined];
  cancelled = [false, false];
  deferred = Promise.withResolvers();

  constructor(stream) {
    this.#stream = stream;
  }

  get isComplete() {
    return this.cancelled[0] && this.cancelled[1];
  }

  cancel(branch, reason) {
    this.cancelled[branch] = true;
    this.#reasons[branch] = reason;
    if (this.cancelled[1 - branch]) this.deferred.resolve(cancelStream(this.#stream, [...this.#reasons]));
    return this.deferred.promise;
  }
}

/**
 * @param {object} stream a state
 * @param {boolean} cloneForSecond the second branch gets structured clones
 */
function teeDefault(stream, cloneForSecond) {
  const { createReadableStream } = require('stream/web/readable_stream');
  const reader = lock(stream, DefaultReaderState);
  const cancellation = new Cancellation(stream);
  let reading = false;
  let readAgain = false;
  const branches = [];
  const controller = (i) => branches[i][kState].controller;
  const closeBoth = () => {
    for (let i = 0; i < 2; i++) {
      if (!cancellation.cancelled[i]) controller(i).close();
    }
  };

  function pull() {
    if (reading) {
      readAgain = true;
      return Promise.resolve();
    }
    reading = true;
    readFrom(reader, {
      chunkSteps(chunk) {
        // In a microtask, so that an error of the source comes first.
        queueTask(() => {
          readAgain = false;
          let second = chunk;
          if (!cancellation.cancelled[1] && cloneForSecond) {
            try {
              second = require('web/structured_clone').structuredClone(chunk);
            } catch (error) {
              controller(0).error(error);
              controller(1).error(error);
              cancellation.deferred.resolve(cancelStream(stream, error));
              return;
            }
          }
          if (!cancellation.cancelled[0]) controller(0).enqueue(chunk);
          if (!cancellation.cancelled[1]) controller(1).enqueue(second);
          reading = false;
          if (readAgain) pull();
        });
      },
      closeSteps() {
        reading = false;
        closeBoth();
        if (!cancellation.isComplete) cancellation.deferred.resolve();
      },
      errorSteps() {
        reading = false;
      },
    });
    return Promise.resolve();
  }

  for (let i = 0; i < 2; i++)
    branches.push(createReadableStream({ __proto__: null, pull, cancel: (reason) => cancellation.cancel(i, reason) }));
  then(reader.closed, undefined, (error) => {
    controller(0).error(error);
    controller(1).error(error);
    if (!cancellation.isComplete) cancellation.deferred.resolve();
  });
  return branches;
}

const queueTask = (fn) => then(Promise.resolve(), fn);

const clone = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/** The branches of a byte stream are byte streams, each with its own copy of the bytes. */
function teeBytes(stream) {
  const { createReadableByteStream } = require('stream/web/readable_stream');
  const { readInto } = require('stream/web/readers');
  let reader = lock(stream, DefaultReaderState);
  const cancellation = new Cancellation(stream);
  const { cancelled } = cancellation;
  let reading = false;
  const again = [false, false];
  const branches = [];
  const controller = (i) => branches[i][kState].controller;

  function forwardError(thisReader) {
    then(thisReader.closed, undefined, (error) => {
      if (thisReader !== reader) return;
      controller(0).error(error);
      controller(1).error(error);
      if (!cancellation.isComplete) cancellation.deferred.resolve();
    });
  }

  function use(State) {
    if (reader instanceof State) return;
    releaseReader(reader);
    setHandled(reader.closed);
    reader = lock(stream, State);
    forwardError(reader);
  }

  function cloneFailed(error) {
    controller(0).error(error);
    controller(1).error(error);
    cancellation.deferred.resolve(cancelStream(stream, error));
  }

  function pullAgain() {
    reading = false;
    if (again[0]) pull(0);
    else if (again[1]) pull(1);
  }

  function pullWithDefaultReader() {
    use(DefaultReaderState);
    readFrom(reader, {
      chunkSteps(chunk) {
        queueTask(() => {
          again[0] = false;
          again[1] = false;
          let second = chunk;
          if (!cancelled[0] && !cancelled[1]) {
            try {
              second = clone(chunk);
            } catch (error) {
              cloneFailed(error);
              return;
            }
          }
          if (!cancelled[0]) controller(0).enqueue(chunk);
          if (!cancelled[1]) controller(1).enqueue(second);
          pullAgain();
        });
      },
      closeSteps() {
        reading = false;
        for (let i = 0; i < 2; i++) {
          if (!cancelled[i]) controller(i).close();
        }
        for (let i = 0; i < 2; i++) {
          if (controller(i).pendingPullIntos.length > 0) controller(i).respond(0);
        }
        if (!cancellation.isComplete) cancellation.deferred.resolve();
      },
      errorSteps() {
        reading = false;
      },
    });
  }

  /** `branch` has a BYOB read: its own buffer is filled, the other branch gets a copy. */
  function pullWithByobReader(view, branch) {
    use(ByobReaderState);
    const other = 1 - branch;
    readInto(reader, view, 1, {
      chunkSteps(chunk) {
        queueTask(() => {
          again[0] = false;
          again[1] = false;
          if (!cancelled[other]) {
            let copy;
            try {
              copy = clone(chunk);
            } catch (error) {
              cloneFailed(error);
              return;
            }
            if (!cancelled[branch]) controller(branch).respondWithNewView(chunk);
            controller(other).enqueue(copy);
          } else if (!cancelled[branch]) {
            controller(branch).respondWithNewView(chunk);
          }
          pullAgain();
        });
      },
      closeSteps(chunk) {
        reading = false;
        if (!cancelled[branch]) controller(branch).close();
        if (!cancelled[other]) controller(other).close();
        if (chunk !== undefined) {
          if (!cancelled[branch]) controller(branch).respondWithNewView(chunk);
          if (!cancelled[other] && controller(other).pendingPullIntos.length > 0) controller(other).respond(0);
        }
        if (!cancellation.isComplete) cancellation.deferred.resolve();
      },
      errorSteps() {
        reading = false;
      },
    });
  }

  function pull(branch) {
    if (reading) {
      again[branch] = true;
      return Promise.resolve();
    }
    reading = true;
    const { byobRequest } = controller(branch);
    if (byobRequest === null) pullWithDefaultReader();
    else pullWithByobReader(byobRequest.view, branch);
    return Promise.resolve();
  }

  for (let i = 0; i < 2; i++)
    branches.push(
      createReadableByteStream({
        __proto__: null,
        pull: () => pull(i),
        cancel: (reason) => cancellation.cancel(i, reason),
      }),
    );
  forwardError(reader);
  return branches;
}

module.exports = { teeBytes, teeDefault };
