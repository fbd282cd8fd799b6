import assert from 'node:assert';
import { Buffer, isAscii, isUtf8, transcode } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';

import { Input, attempt } from './input.mjs';

const ENCODINGS = ['utf8', 'utf16le', 'latin1', 'ascii', 'hex', 'base64', 'base64url'];
const LABELS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'shift_jis',
  'gb18030',
  'euc-kr',
  'big5',
  'iso-8859-8',
];

/** The bytes in pieces, as the input says. */
function* pieces(input, bytes) {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + input.number(9);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

globalThis.fuzz = (bytes) => {
  const input = new Input(bytes);
  const encoding = input.pick(ENCODINGS);
  const cuts = new Input(input.take(16));
  const text = input.bytes.subarray(input.at);
  const whole = text.toString(encoding);

  const decoder = new StringDecoder(encoding);
  let joined = '';
  for (const piece of pieces(cuts, text)) joined += decoder.write(piece);
  joined += decoder.end();
  assert.strictEqual(joined, whole);

  const again = Buffer.from(whole, encoding);
  if (encoding === 'hex' || encoding.startsWith('base64') || encoding === 'latin1') assert.deepStrictEqual(again, text);
  if (encoding === 'utf8') assert.strictEqual(isUtf8(text), again.equals(text));
  assert.strictEqual(Buffer.byteLength(whole, encoding), again.length);
  // Any text in any encoding: what is no digit of it ends it, or is passed over.
  for (const each of ENCODINGS) {
    const made = Buffer.from(whole, each);
    assert.ok(made.length <= Buffer.byteLength(whole, each));
    const room = Buffer.alloc(made.length + 2, 1);
    assert.ok(room.write(whole, 1, each) <= made.length);
    assert.strictEqual(room[0], 1);
    assert.strictEqual(text.indexOf(whole.slice(0, 4), cuts.number(8), each) >= -1, true);
    text.lastIndexOf(whole.slice(0, 4), undefined, each);
    assert.strictEqual(text.includes(whole.slice(1, 3), 0, each), text.indexOf(whole.slice(1, 3), 0, each) !== -1);
  }
  assert.strictEqual(
    isAscii(text),
    text.every((byte) => byte < 128),
  );
  attempt(() =>
    transcode(text, cuts.pick(['utf8', 'ucs2', 'latin1', 'ascii']), cuts.pick(['utf8', 'ucs2', 'latin1', 'ascii'])),
  );

  const label = cuts.pick(LABELS);
  const once = new TextDecoder(label).decode(text);
  const stream = new TextDecoder(label);
  let streamed = '';
  for (const piece of pieces(cuts, text)) streamed += stream.decode(piece, { stream: true });
  streamed += stream.decode();
  assert.strictEqual(streamed, once, label);
  const strict = attempt(() => new TextDecoder(label, { fatal: true }).decode(text));
  if (strict !== undefined) assert.strictEqual(strict, once);
};
