'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const { MessageChannel, MessagePort, BroadcastChannel, receiveMessageOnPort } = require('node:worker_threads');

test('values, ports and buffers through a channel', async () => {
  const { port1, port2 } = new MessageChannel();
  const inner = new MessageChannel();
  const bytes = new Uint8Array([1, 2, 3]);
  const shared = new SharedArrayBuffer(4);
  port1.postMessage({ map: new Map([['a', 1n]]), bytes, shared, port: inner.port1 }, [bytes.buffer, inner.port1]);
  assert.strictEqual(bytes.length, 0);
  const onDisk = await fs.openAsBlob(__filename);
  assert.throws(() => port1.postMessage(onDisk), { code: 'ERR_INVALID_STATE' });
  const { message } = receiveMessageOnPort(port2);
  assert.deepStrictEqual(message.map, new Map([['a', 1n]]));
  assert.deepStrictEqual(message.bytes, new Uint8Array([1, 2, 3]));
  new Uint8Array(shared)[0] = 7;
  assert.strictEqual(new Uint8Array(message.shared)[0], 7);
  assert.ok(message.port instanceof MessagePort);
  message.port.postMessage('hello');
  const [greeting] = await once(inner.port2, 'message');
  assert.strictEqual(greeting, 'hello');
  for (const port of [port1, message.port]) port.close();
  assert.strictEqual(receiveMessageOnPort(port2), undefined);
});

test('objects of ours: Blob, File, DOMException, FileHandle', async () => {
  const { port1, port2 } = new MessageChannel();
  const handle = await fs.promises.open(__filename);
  const values = {
    blob: new Blob(['ab', 'cd']).slice(1, 3),
    file: new File(['x'], 'name.txt', { lastModified: 5 }),
    handle,
  };
  port1.postMessage(values, [handle]);
  port1.postMessage(new DOMException('gone', 'AbortError'));
  assert.strictEqual(handle.fd, -1);
  const [copy] = await once(port2, 'message');
  assert.strictEqual(await copy.blob.text(), 'bc');
  assert.deepStrictEqual([copy.file.name, copy.file.lastModified, copy.file.size], ['name.txt', 5, 1]);
  assert.strictEqual((await copy.handle.readFile('utf8')).slice(0, 12), "'use strict'");
  await copy.handle.close();
  const onDisk = await fs.openAsBlob(__filename);
  assert.throws(() => port1.postMessage(onDisk), { code: 'ERR_INVALID_STATE' });
  const { message } = receiveMessageOnPort(port2) ?? { message: (await once(port2, 'message'))[0] };
  assert.ok(message instanceof DOMException);
  assert.strictEqual(message.name, 'AbortError');
  port1.close();
});

test('what cannot be sent is refused, and nothing is lost by that', () => {
  const { port1, port2 } = new MessageChannel();
  const buffer = new ArrayBuffer(8);
  const other = new MessageChannel();
  assert.throws(() => port1.postMessage({ f() {} }, [buffer]), { name: 'DataCloneError' });
  assert.strictEqual(buffer.byteLength, 8);
  assert.throws(() => port1.postMessage(other.port1), /listed in transferList/);
  assert.throws(() => port1.postMessage(1, [port1]), /contains source port/);
  assert.throws(() => port1.postMessage(1, [buffer, buffer]), /duplicate ArrayBuffer/);
  assert.throws(() => port1.postMessage(1, 2), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => port1.postMessage(), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => new MessagePort(), { code: 'ERR_CONSTRUCT_CALL_INVALID' });
  assert.strictEqual(receiveMessageOnPort(port2), undefined);
  for (const port of [port1, other.port1]) port.close();
});

test('a getter that sends a message of its own', () => {
  const { port1, port2 } = new MessageChannel();
  const inner = new MessageChannel();
  port1.postMessage(
    {
      get nested() {
        port1.postMessage('first', []);
        return inner.port1;
      },
    },
    [inner.port1],
  );
  assert.strictEqual(receiveMessageOnPort(port2).message, 'first');
  assert.ok(receiveMessageOnPort(port2).message.nested instanceof MessagePort);
  port1.close();
  inner.port2.close();
});

test('BroadcastChannel: all others of the name', async () => {
  const channels = Array.from({ length: 3 }, () => new BroadcastChannel('news'));
  const stranger = new BroadcastChannel('other');
  stranger.onmessage = () => assert.fail('not for this one');
  channels[0].onmessage = () => assert.fail('not to oneself');
  const heard = channels.slice(1).map((channel) => once(channel, 'message'));
  channels[0].postMessage({ n: 1 });
  for (const [event] of await Promise.all(heard)) assert.deepStrictEqual(event.data, { n: 1 });
  for (const channel of [...channels, stranger]) channel.close();
  assert.throws(() => channels[0].postMessage(1), { name: 'InvalidStateError' });
});
