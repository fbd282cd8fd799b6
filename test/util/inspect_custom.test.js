'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { inspect } = require('node:util');

const custom = (result) => ({ [inspect.custom]: () => result });

test('lines of a custom text are indented as deep as the object is', () => {
  assert.strictEqual(inspect({ a: { b: custom('x\ny') } }), '{\n  a: {\n    b: x\n    y\n  }\n}');
  assert.strictEqual(inspect([custom('x\ny')]), '[\n  x\n  y\n]');
  assert.match(inspect({ url: new URL('http://a') }), /^ {4}href: 'http:\/\/a\/',$/m);
});

test('a custom object is laid out where it stands, once', () => {
  const long = { first: 'a'.repeat(40), second: 'b'.repeat(40) };
  assert.strictEqual(inspect({ u: { v: custom(long) } }), inspect({ u: { v: long } }));
});

test('other custom results', () => {
  assert.strictEqual(
    inspect([custom(12n), custom(Symbol('s')), custom(null), custom(-0)]),
    '[ 12n, Symbol(s), null, -0 ]',
  );
});

test('the inside of a URL', () => {
  const text = inspect(new URL('https://u@b:8080/c?d#e'), { showHidden: true });
  assert.match(text, /Symbol\(context\): URLContext {/);
  assert.match(text, /port: 8080,\n {4}scheme_type: 2,\n {4}\[hasPort\]: \[Getter\],/);
});
