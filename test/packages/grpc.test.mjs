import assert from 'node:assert';
import { test } from 'node:test';
import { run } from './harness.mjs';

test('@grpc/grpc-js: unary calls, streams, metadata, errors, deadlines', async () => {
  const { code, stdout, stderr } = await run(['apps/grpc.js']);
  assert.strictEqual(code, 0, stderr);
  assert.deepStrictEqual(stdout.trim().split('\n'), [
    'unary',
    'errors',
    'server streaming',
    'client streaming',
    'both ways',
    'closed',
  ]);
});
