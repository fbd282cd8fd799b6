'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { Readable } = require('node:stream');
const { inspect } = require('node:util');

const throws = (fn, message, name = 'TypeError') => assert.throws(fn, { name, message });
const rejects = (promise, message, name = 'TypeError') => assert.rejects(promise, { name, message });

test('Headers: conversion, checks, normalisation', () => {
  throws(
    () => new Headers(1),
    'Headers constructor: Argument 1 could not be converted to one of: ' +
      'sequence<sequence<ByteString>>, record<ByteString, ByteString>.',
  );
  throws(() => new Headers([['a']]), 'Headers constructor: expected name/value pair to be length 2, found 1.');
  throws(() => new Headers({ 'a b': 'c' }), 'Headers.append: "a b" is an invalid header name.');
  throws(() => new Headers({ a: 'c\n\nd' }), 'Headers.append: "c\n\nd" is an invalid header value.');
  throws(
    () => new Headers({ a: '\u0100' }),
    /^Cannot convert argument to a ByteString because the character at index 0/,
  );
  throws(() => new Headers().append('a'), 'Headers.append: 2 arguments required, but only 1 found.');
  throws(() => new Headers().get(), 'Headers.get: 1 argument required, but 0 found.');
  throws(() => new Headers().get('a b'), 'Headers.get: "a b" is an invalid header name.');
  assert.throws(() => Headers.prototype.get.call({}, 'a'), { code: 'ERR_INVALID_THIS', message: 'Illegal invocation' });

  const headers = new Headers({ B: ' \t2\r\n ', a: '1' });
  headers.append('b', '3');
  assert.strictEqual(headers.get('B'), '2, 3');
  assert.deepStrictEqual([...headers], [['a', '1'], ['b', '2, 3']]); // prettier-ignore
  headers.set('b', '4');
  headers.delete('A');
  assert.deepStrictEqual([...headers.keys()], ['b']);
  assert.strictEqual(headers.has('a'), false);
  assert.strictEqual(headers.get('a'), null);
  assert.strictEqual(inspect(new Headers({ a: '1', B: '2' })), "Headers { a: '1', B: '2' }");
  assert.strictEqual(String(headers.entries()), '[object Headers Iterator]');
});

test('Headers: Set-Cookie is never combined', () => {
  const headers = new Headers([['set-cookie', 'a'], ['x', '1'], ['Set-Cookie', 'b'], ['X', '2']]); // prettier-ignore
  assert.deepStrictEqual(headers.getSetCookie(), ['a', 'b']);
  assert.deepStrictEqual([...headers], [['set-cookie', 'a'], ['set-cookie', 'b'], ['x', '1, 2']]); // prettier-ignore
  assert.deepStrictEqual([...new Headers(headers)], [...headers]);
});

test('Headers: an iterator sees what is added behind it', () => {
  const headers = new Headers({ a: '1', c: '3' });
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    if (name === 'a') headers.set('d', '4');
  }
  assert.deepStrictEqual(seen, ['a', 'c', 'd']);
});

test('FormData', () => {
  const form = new FormData();
  form.append('a', '1');
  form.append('b', new Blob(['x'], { type: 't/t' }), 'n');
  form.append('a', '2');
  form.set('a', 3);
  form.append('c', new Blob(['y']));
  assert.strictEqual(form.get('a'), '3');
  assert.strictEqual(form.get('b').name, 'n');
  assert.strictEqual(form.get('b').type, 't/t');
  assert.strictEqual(form.get('c').name, 'blob');
  assert.deepStrictEqual([...form.keys()], ['a', 'b', 'c']);
  assert.deepStrictEqual(form.getAll('q'), []);
  throws(() => form.append('a'), 'FormData.append: 2 arguments required, but only 1 found.');
  throws(() => form.append('a', 'b', 'c'), /to be an instance of Blob/);
  throws(() => new FormData(1), 'FormData constructor: Argument 1 could not be converted to: undefined.');
});

const multipart = (text, boundary = 'b') =>
  new Response(text, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }).formData();

test('multipart/form-data: there and back', async () => {
  const form = new FormData();
  form.append('a\n"b', 'line\nline\r\nline');
  form.append('file', new File([new Uint8Array([0, 13, 10, 45, 45, 255])], 'q"\n.bin', { type: 'a/b' }));
  form.append('ü', '€');
  form.append('empty', '');
  const response = new Response(form);
  assert.match(response.headers.get('content-type'), /^multipart\/form-data; boundary=----/);
  const back = await response.formData();
  assert.deepStrictEqual([...back.keys()], ['a\r\n"b', 'file', 'ü', 'empty']);
  assert.strictEqual(back.get('a\r\n"b'), 'line\r\nline\r\nline');
  assert.strictEqual(back.get('ü'), '€');
  assert.strictEqual(back.get('empty'), '');
  assert.strictEqual(back.get('file').name, 'q"\n.bin');
  assert.strictEqual(back.get('file').type, 'a/b');
  assert.deepStrictEqual(await back.get('file').bytes(), new Uint8Array([0, 13, 10, 45, 45, 255]));
});

test('multipart/form-data: what peers send', async () => {
  const field = (head, body = 'v') => `--b\r\n${head}\r\n\r\n${body}\r\n--b--`;
  const read = async (text) => (await multipart(text)).get('a');
  const name = 'Content-Disposition: form-data; name="a"';
  assert.strictEqual(await read(field(name)), 'v');
  assert.strictEqual(await read(field('content-disposition:form-data;name=a')), 'v');
  assert.strictEqual(await read(`preamble\r\n${field(name)}\r\nepilogue`), 'v');
  assert.strictEqual(await read(field(`${name}\r\ncontent-transfer-encoding: base64`, 'aGk=')), 'hi');
  assert.strictEqual((await read(field(`${name}; filename="f"`))).type, 'text/plain');
  assert.strictEqual((await read(field(`${name}; filename*=UTF-8''x%20y`))).name, 'x y');
  assert.deepStrictEqual([...(await multipart('--b--\r\n'))], []);
  for (const [text, reason] of [
    ['', 'no boundary found in multipart body'],
    ['--b\r\n', 'header name does not match the field-name token production'],
    [`--b\r\n${name}\r\n\r\nv`, 'expected boundary after body'],
    [field(name).replaceAll('\r\n', '\n'), 'expected CRLF'],
    [field('Foo: bar'), 'header name is null'],
    [field('Content-Disposition: attachment; name="a"'), 'expected form-data for content-disposition header'],
    [field('Content-Disposition: form-data; filename="a"'), 'name attribute is required in content-disposition header'],
  ]) {
    await assert.rejects(multipart(text), (error) => {
      assert.strictEqual(error.message, 'Failed to parse body as FormData.');
      assert.strictEqual(error.cause.message, reason);
      return true;
    });
  }
  await rejects(new Response('x').formData(), /^Content-Type was not one of/);
});

test('application/x-www-form-urlencoded', async () => {
  const form = await new Response(new URLSearchParams('a=1&b=%C3%BC+x&a=2')).formData();
  assert.deepStrictEqual([...form], [['a', '1'], ['b', 'ü x'], ['a', '2']]); // prettier-ignore
});

test('Request: defaults and inspection', () => {
  const request = new Request('http://h/a#b', { method: 'post', body: 'x', headers: { a: 'b' } });
  assert.strictEqual(request.method, 'POST');
  assert.strictEqual(request.url, 'http://h/a#b');
  assert.strictEqual(request.headers.get('content-type'), 'text/plain;charset=UTF-8');
  for (const [key, value] of Object.entries({
    destination: '',
    referrer: 'about:client',
    referrerPolicy: '',
    mode: 'cors',
    credentials: 'same-origin',
    cache: 'default',
    redirect: 'follow',
    integrity: '',
    keepalive: false,
    duplex: 'half',
    bodyUsed: false,
  }))
    assert.strictEqual(request[key], value, key);
  assert.ok(request.signal instanceof AbortSignal);
  assert.match(inspect(request), /^Request \{\n {2}method: 'POST',\n {2}url: 'http:\/\/h\/a#b',/);
});

test('Request: what is refused', () => {
  throws(() => new Request(), 'Request constructor: 1 argument required, but 0 found.');
  throws(() => new Request('/x'), 'Failed to parse URL from /x');
  throws(() => new Request('http://u:p@h/'), /includes credentials/);
  throws(() => new Request('http://h/', { method: 'A B' }), "'A B' is not a valid HTTP method.");
  throws(() => new Request('http://h/', { method: 'TRACE' }), "'TRACE' HTTP method is unsupported.");
  throws(() => new Request('http://h/', { body: 'x' }), 'Request with GET/HEAD method cannot have body.');
  throws(() => new Request('http://h/', { mode: 'navigate' }), 'Request constructor: invalid request mode navigate.');
  throws(() => new Request('http://h/', { method: 'POST', body: new ReadableStream() }), /duplex option is required/);
  throws(() => new Request('http://h/', { signal: 1 }), /to be an instance of AbortSignal/);
  throws(() => new Request('http://h/', { redirect: 'x' }), /x is not an accepted type/);
  throws(() => new Request('http://h/', { cache: 'only-if-cached' }), /'same-origin' mode/);
  throws(() => new Request('http://h/', 1), /Expected 1 to be one of: Null, Undefined, Object/);
});

test('Request: of a request, clone, signal', async () => {
  const controller = new AbortController();
  const first = new Request('http://h/', { method: 'POST', body: 'x', signal: controller.signal });
  const clone = first.clone();
  const second = new Request(first, { headers: { b: 'c' } });
  assert.strictEqual(first.bodyUsed, true);
  throws(() => new Request(first), 'Cannot construct a Request with a Request object that has already been used.');
  assert.strictEqual(await second.text(), 'x');
  assert.strictEqual(await clone.text(), 'x');
  assert.strictEqual(second.headers.get('b'), 'c');
  controller.abort('why');
  assert.strictEqual(second.signal.reason, 'why');
  assert.strictEqual(clone.signal.reason, 'why');
});

test('Response: constructor and statics', async () => {
  throws(() => new Response('x', { status: 199 }), /must be in the range of 200 to 599/, 'RangeError');
  throws(() => new Response('x', { status: 204 }), 'Response constructor: Invalid response status code 204');
  throws(() => new Response('x', { statusText: 'a\nb' }), 'Invalid statusText');
  throws(() => Response.redirect('http://a/', 200), 'Invalid status code 200', 'RangeError');
  throws(() => Response.redirect('/x'), 'Failed to parse URL from /x');
  throws(() => Response.json(undefined), 'Value is not JSON serializable');
  throws(() => Response.error().headers.set('a', 'b'), 'immutable');
  assert.strictEqual(Response.error().type, 'error');
  assert.strictEqual(Response.error().status, 0);
  const redirect = Response.redirect('http://a/b', 307);
  assert.strictEqual(redirect.headers.get('location'), 'http://a/b');
  assert.strictEqual(redirect.status, 307);
  const json = Response.json({ a: [1] }, { status: 201, headers: { x: 'y' } });
  assert.strictEqual(json.headers.get('content-type'), 'application/json');
  assert.strictEqual(json.ok, true);
  assert.deepStrictEqual(await json.json(), { a: [1] });
});

test('bodies of every kind', async () => {
  const bytes = new Uint8Array([104, 105]);
  const text = (body) => new Response(body).text();
  assert.strictEqual(await text('hi\uD800'), 'hi\uFFFD');
  assert.strictEqual(await text(bytes), 'hi');
  assert.strictEqual(await text(bytes.buffer), 'hi');
  assert.strictEqual(await text(new DataView(bytes.buffer, 1)), 'i');
  assert.strictEqual(await text(new Blob(['h', 'i'])), 'hi');
  assert.strictEqual(await text(new URLSearchParams({ a: 'b c' })), 'a=b+c');
  assert.strictEqual(await text(Readable.from([Buffer.from('h'), 'i'])), 'hi');
  assert.strictEqual(await text(null), '');
  assert.strictEqual(await text(1), '1');
  assert.strictEqual(await text('\uFEFFa'), 'a');
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  assert.strictEqual(await text(stream), 'hi');
  await rejects(text(new ReadableStream({ start: (c) => c.enqueue('s') })), 'Received non-Uint8Array chunk');
  throws(() => new Response(stream), 'Response body object should not be disturbed or locked');
});

test('reading a body', async () => {
  const response = new Response('{"a":1}');
  assert.strictEqual(response.bodyUsed, false);
  assert.deepStrictEqual(await response.json(), { a: 1 });
  assert.strictEqual(response.bodyUsed, true);
  assert.strictEqual(response.body.locked, true);
  await rejects(response.text(), 'Body is unusable: Body has already been read');
  throws(() => response.clone(), 'Response.clone: Body has already been consumed.');
  await rejects(new Response('{').json(), /JSON/, 'SyntaxError');
  await rejects(new Response().json(), 'Unexpected end of JSON input', 'SyntaxError');
  await assert.rejects(Response.prototype.text.call({}), { code: 'ERR_INVALID_THIS' });
  assert.strictEqual(new Response().body, null);

  const source = new Uint8Array([1, 2, 3]);
  const copied = new Response(source);
  source[0] = 9;
  const read = await copied.bytes();
  assert.deepStrictEqual(read, new Uint8Array([1, 2, 3]));
  assert.strictEqual((await new Response('abc').arrayBuffer()).byteLength, 3);
  const blob = await new Response('abc', { headers: { 'content-type': 'Text/HTML;x=y' } }).blob();
  assert.strictEqual(blob.type, 'text/html;x=y');

  const streamed = new Response('hello').body;
  const reader = streamed.getReader({ mode: 'byob' });
  const { value } = await reader.read(new Uint8Array(2));
  assert.deepStrictEqual(value, new Uint8Array([104, 101]));
});

test('clone() of a stream', async () => {
  const response = new Response(new Blob(['a', 'b']).stream());
  const clone = response.clone();
  assert.strictEqual(await response.text(), 'ab');
  assert.strictEqual(await clone.text(), 'ab');
});

test('CloseEvent', () => {
  const event = new CloseEvent('x', { wasClean: 1, code: 70000, reason: 5 });
  assert.strictEqual(event.wasClean, true);
  assert.strictEqual(event.code, 70000 - 65536);
  assert.strictEqual(event.reason, '5');
  throws(() => new CloseEvent(), 'CloseEvent constructor: 1 argument required, but 0 found.');
});
