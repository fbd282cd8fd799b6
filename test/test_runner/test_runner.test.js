'use strict';

const { test, describe, it, before, after, beforeEach, afterEach } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const seen = [];

describe('hooks', () => {
  before(() => seen.push('before'));
  after(() => assert.deepStrictEqual(seen, ['before', 'each', 'a', 'done', 'each', 'b', 'done']));
  beforeEach(() => seen.push('each'));
  afterEach(() => seen.push('done'));
  it('runs the first', () => seen.push('a'));
  it('runs the second', () => seen.push('b'));
});

test('mocks remember calls and restore', (t) => {
  const object = { add: (a, b) => a + b };
  const { mock } = t.mock.method(object, 'add', () => 7);
  assert.strictEqual(object.add(1, 2), 7);
  assert.deepStrictEqual(mock.calls[0].arguments, [1, 2]);
  mock.restore();
  assert.strictEqual(object.add(1, 2), 3);
});

test('mocked timers move when told', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1000 });
  let fired = 0;
  setTimeout(() => fired++, 50);
  t.mock.timers.tick(49);
  assert.strictEqual(fired, 0);
  t.mock.timers.tick(1);
  assert.strictEqual(fired, 1);
  assert.strictEqual(Date.now(), 1050);
});

test('the exit code and the summary tell of failures', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runner-'));
  fs.writeFileSync(
    path.join(folder, 'a.test.js'),
    `const { test } = require('node:test');
test('good', () => {}); test('bad', () => { throw new Error('boom'); }); test.skip('later'); test.todo('planned');`,
  );
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', 'a.test.js'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  fs.rmSync(folder, { recursive: true });
  assert.strictEqual(status, 1);
  for (const line of ['# tests 4', '# pass 1', '# fail 1', '# skipped 1', '# todo 1'])
    assert.ok(stdout.includes(line), line);
  assert.match(stdout, /not ok 2 - bad\n[^]*error: 'boom'/);
});
