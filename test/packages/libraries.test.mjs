import assert from 'node:assert';
import { test } from 'node:test';
import { run } from './harness.mjs';

test('chalk, lodash, zod, uuid, dotenv', async () => {
  const { code, stdout, stderr } = await run(['apps/libraries.mjs']);
  assert.strictEqual(code, 0, stderr);
  const { chalk, lodash, zod, uuid, dotenv } = JSON.parse(stdout);
  assert.strictEqual(chalk, '\u001b[1m\u001b[31mx\u001b[39m\u001b[22m');
  assert.deepStrictEqual(lodash, [[[1, 2], [3, 4], [5]], 7, 'foo-bar', true, 'hi!']);
  assert.deepStrictEqual(zod, [{ name: 'Ada', age: 36, tags: [] }, ['name', 'age']]);
  assert.deepStrictEqual(uuid, [true, true, '10d5714c-1fee-5a84-979a-5c6db1932be8', 1]);
  assert.deepStrictEqual(dotenv, { A: '1', B: 'two words', C: 'x\\ny' });
});

test('commander', async () => {
  assert.strictEqual((await run(['apps/commander.js', 'add', '1', '2', '3', '--scale', '2'])).stdout, '12\n');
  assert.strictEqual((await run(['apps/commander.js', 'greet', 'ada', '--loud'])).stdout, 'HELLO ADA\n');
  assert.strictEqual((await run(['apps/commander.js', '--version'])).stdout, '1.2.3\n');
  const help = await run(['apps/commander.js', '--help']);
  assert.match(help.stdout, /Usage: tool \[options\] \[command\]/);
  const unknown = await run(['apps/commander.js', 'add', '1', '--what']);
  assert.strictEqual(unknown.code, 1);
  assert.match(unknown.stderr, /error: unknown option '--what'/);
});

test('yargs', async () => {
  const { stdout, stderr } = await run(['apps/yargs.mjs', '-c', '3', '--tag', 'a', 'b', '--', 'rest']);
  assert.deepStrictEqual(JSON.parse(stdout || stderr), { count: 3, tag: ['a', 'b'], rest: ['rest'] });
  const help = await run(['apps/yargs.mjs', '--help']);
  assert.match(help.stdout, /-c, --count\s+how many\s+\[number\] \[default: 1\]/);
  const bad = await run(['apps/yargs.mjs', '--nope']);
  assert.strictEqual(bad.code, 1);
  assert.match(bad.stderr, /Unknown argument: nope/);
});

test('axios against a local server', async () => {
  const { code, stdout, stderr } = await run(['apps/axios.js']);
  assert.strictEqual(code, 0, stderr);
  const results = JSON.parse(stdout);
  assert.strictEqual(results.get.url, '/a?q=x+y&list%5B%5D=1&list%5B%5D=2');
  assert.deepStrictEqual(results.post, {
    url: '/b',
    method: 'POST',
    type: 'application/json',
    body: '{"some":"json"}',
  });
  assert.strictEqual(results.form.body, 'a=1');
  assert.strictEqual(results.moved, '/final');
  assert.strictEqual(results.gzip, 'unzipped');
  assert.deepStrictEqual(results.missing, [404, { no: 'such thing' }]);
  assert.strictEqual(results.timeout, 'ECONNABORTED');
  assert.strictEqual(results.aborted, 'ERR_CANCELED');
  assert.strictEqual(results.refused, 'ECONNREFUSED');
  assert.match(results.stream, /^x+$/);
});
