'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
process.noDeprecation = true;
const punycode = require('node:punycode');

test('RFC 3492', () => {
  assert.strictEqual(punycode.encode('ma\u00f1ana'), 'maana-pta');
  assert.strictEqual(punycode.decode('maana-pta'), 'ma\u00f1ana');
  assert.strictEqual(punycode.toASCII('d\u017eumbo@b\u00fccher.com'), 'd\u017eumbo@xn--bcher-kva.com');
  assert.strictEqual(punycode.toUnicode('xn--bcher-kva.com'), 'b\u00fccher.com');
  assert.throws(() => punycode.decode('\x80-'), RangeError);
  assert.deepStrictEqual(punycode.ucs2.decode('\ud83d\ude00'), [0x1f600]);
});
