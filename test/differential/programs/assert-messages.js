const assert = require('assert');
const tries = [
  () => assert.strictEqual(1, 2), () => assert.strictEqual('hello there', 'hello here'), () => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }),
  () => assert.ok(0), () => assert.equal(1, 2), () => assert.notStrictEqual(1, 1), () => assert.throws(() => {}), () => assert.throws(() => { throw new Error('x'); }, /y/),
  () => assert.match('abc', /d/), () => assert.fail(), () => assert.fail('own'), () => assert.deepEqual(new Set([1]), new Set([2])), () => assert.ifError(null) || assert.ifError(new Error('if')),
  () => assert.rejects(5), () => assert.strictEqual(NaN, 0, 'message'), () => assert.deepStrictEqual([1, 2, 3], [1, 2, 3, 4]),
];
for (const each of tries) {
  try { const result = each(); if (result?.catch) result.catch((error) => console.log('async', error.code)); } catch (error) { console.log(error.code, error.generatedMessage, error.operator, error.message); }
}
