'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const v8 = require('node:v8');

test('serialize and deserialize', () => {
  const value = { a: new Map([[1, Buffer.from('xyz')]]), b: new Float64Array([0.5]), c: new Set([undefined]), d: 2n };
  const copy = v8.deserialize(v8.serialize(value));
  assert.deepStrictEqual(copy, value);
  assert.ok(Buffer.isBuffer(copy.a.get(1)));
  assert.throws(() => v8.deserialize(Buffer.from('garbage')), Error);
  assert.throws(() => v8.serialize(() => {}), /could not be cloned/);
});

test("a serializer of one's own", () => {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeUint32(7);
  serializer.writeUint64(1, 2);
  serializer.writeRawBytes(Buffer.from('hi'));
  const deserializer = new v8.Deserializer(serializer.releaseBuffer());
  deserializer.readHeader();
  assert.deepStrictEqual(
    [deserializer.readUint32(), deserializer.readUint64(), deserializer.readRawBytes(2).toString()],
    [7, [1, 2], 'hi'],
  );
  assert.throws(() => deserializer.readDouble(), /ReadDouble\(\) failed/);
});

test('the heap', () => {
  assert.ok(v8.getHeapStatistics().used_heap_size > 0);
  assert.ok(v8.getHeapSpaceStatistics().some((space) => space.space_name === 'old_space'));
  assert.strictEqual(v8.isStringOneByteRepresentation('\u20ac'), false);
});
