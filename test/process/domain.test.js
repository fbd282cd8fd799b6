'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');

// In a process of its own: loading node:domain changes EventEmitter for good.
const program = `
const domain = require('node:domain');
const EventEmitter = require('node:events');
const log = [];
const d = domain.create();
d.on('error', (error) => log.push([error.message, error.domain === d, error.domainThrown]));
d.run(() => {
  setTimeout(() => { throw new Error('timer'); }, 1);
  process.nextTick(() => new EventEmitter().emit('error', new Error('emitter')));
  d.intercept(() => log.push('no'))(new Error('intercepted'));
});
log.push(process.domain === undefined);
setTimeout(() => process.stdout.write(JSON.stringify(log)), 20);
`;

test('a domain takes the errors of its callbacks and emitters', () => {
  const output = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.deepStrictEqual(JSON.parse(output), [
    ['intercepted', true, false],
    true,
    ['emitter', true, false],
    ['timer', true, true],
  ]);
});
