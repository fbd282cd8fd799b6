// WHATWG streams sent through postMessage() and structuredClone().
'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { Worker } = require('node:worker_threads');

const moved = (stream) => structuredClone(stream, { transfer: [stream] });

test('a ReadableStream gives its chunks, its end and its error through the clone', async () => {
  const source = new ReadableStream({
    start(controller) {
      controller.enqueue(1);
      controller.enqueue({ date: new Date(0) });
      controller.close();
    },
  });
  const clone = moved(source);
  assert.ok(source.locked);
  assert.deepStrictEqual(await Array.fromAsync(clone), [1, { date: new Date(0) }]);

  const failing = moved(new ReadableStream({ start: (controller) => controller.error(new RangeError('no')) }));
  await assert.rejects(failing.getReader().read(), { name: 'RangeError', message: 'no' });

  const { promise, resolve } = Promise.withResolvers();
  await moved(new ReadableStream({ cancel: resolve })).cancel('enough');
  assert.strictEqual(await promise, 'enough');
});

test('a chunk that cannot be cloned fails both sides', async () => {
  const { promise, resolve } = Promise.withResolvers();
  const clone = moved(
    new ReadableStream({
      start: (controller) => controller.enqueue(() => {}),
      cancel: resolve,
    }),
  );
  await assert.rejects(clone.getReader().read(), { name: 'DataCloneError', constructor: DOMException });
  assert.strictEqual((await promise).name, 'DataCloneError');
});

test('a WritableStream', async () => {
  const written = [];
  const { promise, resolve } = Promise.withResolvers();
  const writer = moved(new WritableStream({ write: (chunk) => void written.push(chunk), close: resolve })).getWriter();
  await writer.write('a');
  await writer.write('b');
  await writer.close();
  await promise;
  assert.deepStrictEqual(written, ['a', 'b']);

  const aborted = Promise.withResolvers();
  await moved(new WritableStream({ abort: aborted.resolve })).abort('why');
  assert.strictEqual(await aborted.promise, 'why');
});

test('a TransformStream', async () => {
  const stream = new TransformStream({
    transform: (chunk, controller) => controller.enqueue(chunk * 2),
    flush: (controller) => controller.enqueue('end'),
  });
  const clone = moved(stream);
  assert.ok(stream.readable.locked && stream.writable.locked);
  const writer = clone.writable.getWriter();
  writer.write(1);
  writer.write(2);
  writer.close();
  assert.deepStrictEqual(await Array.fromAsync(clone.readable), [2, 4, 'end']);
});

test('what cannot be sent', () => {
  const refused = { name: 'DataCloneError', code: 25 };
  assert.throws(() => structuredClone(new ReadableStream()), refused);
  const read = new ReadableStream();
  read.getReader();
  assert.throws(() => moved(read), refused);
  const written = new WritableStream();
  written.getWriter();
  assert.throws(() => moved(written), refused);
  const transformed = new TransformStream();
  transformed.readable.getReader();
  assert.throws(() => moved(transformed), refused);
});

test('between threads', async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.once('message', ({ readable, writable }) =>
       readable.pipeThrough(new TransformStream({ transform: (c, k) => k.enqueue(c.toUpperCase()) })).pipeTo(writable));`,
    { eval: true },
  );
  const readable = ReadableStream.from(['a', 'b']);
  const { readable: result, writable } = new TransformStream();
  worker.postMessage({ readable, writable }, [readable, writable]);
  assert.deepStrictEqual(await Array.fromAsync(result), ['A', 'B']);
  await worker.terminate();
});
