'use strict';
const { EventEmitter } = require('node:events');
const util = require('node:util');
const { AsyncLocalStorage } = require('node:async_hooks');

const emitter = new EventEmitter();
let count = 0;
emitter.on('one', (a) => (count += a));
for (let i = 0; i < 5; i++) emitter.on('five', (a) => (count += a));

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ascii = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
const unicode = 'Größe 漢字 😀 und mehr. '.repeat(40);
const asciiBytes = encoder.encode(ascii);
const unicodeBytes = encoder.encode(unicode);
const value = {
  id: 17,
  name: 'a name',
  tags: ['x', 'y', 'z'],
  nested: { when: new Date(0), map: new Map([['k', { v: 1 }]]), list: [1, 2, 3, 4.5, null, undefined, true] },
};
const plain = { id: 17, name: 'a name', tags: ['x', 'y', 'z'], nested: { a: 1, b: [1, 2, { c: 'd' }] } };
const json = JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ ...plain, id })));
const storage = new AsyncLocalStorage();

module.exports = {
  'emit, one listener': () => void emitter.emit('one', 1),
  'emit, five listeners': () => void emitter.emit('five', 1),
  'on and off': () => {
    const listener = () => {};
    emitter.on('x', listener);
    emitter.off('x', listener);
  },
  'new URL': () => void new URL('https://user:pass@example.com:8080/a/b/../c?x=1&y=2#hash').href,
  'new URL, relative': () => void new URL('../c?d=e', 'https://example.com/a/b/').pathname,
  URLSearchParams: () => void new URLSearchParams('a=1&b=2&c=%20x&a=3').get('c'),
  'TextEncoder (ASCII)': () => void encoder.encode(ascii),
  'TextEncoder (Unicode)': () => void encoder.encode(unicode),
  'TextDecoder (ASCII)': () => void decoder.decode(asciiBytes),
  'TextDecoder (Unicode)': () => void decoder.decode(unicodeBytes),
  structuredClone: () => void structuredClone(value),
  'util.inspect': () => void util.inspect(value),
  'util.format': () => void util.format('%s has %d of %j', 'a name', 3, plain),
  'util.isDeepStrictEqual': () => void util.isDeepStrictEqual(value, value.nested),
  'JSON.parse': () => void JSON.parse(json),
  'JSON.stringify': () => void JSON.stringify(plain),
  'AsyncLocalStorage.run': () => void storage.run(1, () => storage.getStore()),
  'AsyncLocalStorage over await': {
    ops: 100,
    run: () =>
      storage.run(1, async () => {
        for (let i = 0; i < 100; i++) {
          await null;
          storage.getStore();
        }
      }),
  },
  await: {
    ops: 1000,
    run: async () => {
      for (let i = 0; i < 1000; i++) await null;
    },
  },
  'process.nextTick': {
    ops: 1000,
    run: () =>
      new Promise((resolve) => {
        let left = 1000;
        const step = () => (--left === 0 ? resolve() : process.nextTick(step));
        process.nextTick(step);
      }),
  },
  setImmediate: {
    ops: 1000,
    run: () =>
      new Promise((resolve) => {
        let left = 1000;
        const done = () => --left === 0 && resolve();
        for (let i = 0; i < 1000; i++) setImmediate(done);
      }),
  },
  'setTimeout and clearTimeout': {
    ops: 1000,
    run: () => {
      for (let i = 0; i < 1000; i++) clearTimeout(setTimeout(() => {}, 1000));
    },
  },
  'setTimeout(1)': {
    ops: 1000,
    run: () =>
      new Promise((resolve) => {
        let left = 1000;
        const done = () => --left === 0 && resolve();
        for (let i = 0; i < 1000; i++) setTimeout(done, 1);
      }),
  },
};
