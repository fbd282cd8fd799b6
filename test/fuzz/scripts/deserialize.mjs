import { inspect } from 'node:util';
import v8 from 'node:v8';

import { attempt } from './input.mjs';

/** What a program does with a value that it has been sent. */
function use(value) {
  inspect(value, { depth: 3, maxArrayLength: 5, maxStringLength: 20 });
  attempt(() => v8.serialize(value), DOMException, Error);
  attempt(() => structuredClone(value), DOMException, Error);
}

globalThis.fuzz = (bytes) => {
  const value = attempt(() => v8.deserialize(bytes), Error);
  if (value !== undefined) use(value);

  // Word by word, as a subclass reads its own host objects.
  const reader = new v8.DefaultDeserializer(bytes);
  attempt(() => reader.readHeader(), Error);
  attempt(() => reader.readUint32(), Error);
  attempt(() => reader.readUint64(), Error);
  attempt(() => reader.readDouble(), Error);
  attempt(() => reader.readRawBytes(3), Error);
  attempt(() => reader.readRawBytes(0xffffffff), Error);
  const rest = attempt(() => reader.readValue(), Error);
  if (rest !== undefined) use(rest);
};
