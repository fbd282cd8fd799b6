'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const url = require('node:url');

test('a URL and its parts', () => {
  const u = new URL('../c?x=1#h', 'HTTPS://u:p%20@EXAMPLE.com:8080/a/b/');
  assert.strictEqual(u.href, 'https://u:p%20@example.com:8080/a/c?x=1#h');
  assert.deepStrictEqual(
    [u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash],
    [
      'https://example.com:8080',
      'https:',
      'u',
      'p%20',
      'example.com:8080',
      'example.com',
      '8080',
      '/a/c',
      '?x=1',
      '#h',
    ],
  );
  u.port = '443';
  u.hostname = 'm\u00fcller.de';
  u.pathname = '/a b';
  u.hash = '';
  assert.strictEqual(u.href, 'https://u:p%20@xn--mller-kva.de/a%20b?x=1');
  assert.throws(() => new URL('/x'), { code: 'ERR_INVALID_URL', input: '/x' });
  assert.strictEqual(URL.parse('/x'), null);
  assert.strictEqual(URL.canParse('/x', 'http://a'), true);
});

test('the query and its parameters are one', () => {
  const u = new URL('http://a/?b=1');
  const params = u.searchParams;
  params.append('c', '\u20ac &');
  assert.strictEqual(u.search, '?b=1&c=%E2%82%AC+%26');
  u.search = '?d=%ff+x';
  assert.strictEqual(params.get('d'), '\ufffd x');
  params.delete('d');
  assert.strictEqual(u.href, 'http://a/');
});

test('URLSearchParams from everything', () => {
  assert.strictEqual(
    new URLSearchParams([
      ['a', '1'],
      ['b', '2'],
    ]).toString(),
    'a=1&b=2',
  );
  assert.strictEqual(new URLSearchParams({ a: 1, '\ud800': 2 }).toString(), 'a=1&%EF%BF%BD=2');
  assert.strictEqual(new URLSearchParams(new Map([['x', 'y']])).get('x'), 'y');
  const sorted = new URLSearchParams('b=1&a=2&b=0');
  sorted.sort();
  assert.deepStrictEqual(
    [...sorted],
    [
      ['a', '2'],
      ['b', '1'],
      ['b', '0'],
    ],
  );
  assert.throws(() => new URLSearchParams([[1]]), { code: 'ERR_INVALID_TUPLE' });
});

test('files', () => {
  assert.strictEqual(url.fileURLToPath('file:///a%20b/%C3%A9'), '/a b/\u00e9');
  assert.strictEqual(url.fileURLToPath('file:///C:/x', { windows: true }), 'C:\\x');
  assert.strictEqual(url.fileURLToPathBuffer('file:///%ff').toString('hex'), '2fff');
  assert.strictEqual(url.pathToFileURL('/a #?%\\').href, 'file:///a%20%23%3F%25%5C');
  assert.strictEqual(url.pathToFileURL('\\\\h\\s\\f', { windows: true }).href, 'file://h/s/f');
  assert.throws(() => url.fileURLToPath('file:///a%2fb'), { code: 'ERR_INVALID_FILE_URL_PATH' });
});

test('the legacy half', () => {
  assert.strictEqual(url.resolve('/one/two/three', 'four'), '/one/two/four');
  assert.strictEqual(url.resolve('http://example.com/one', '../two'), 'http://example.com/two');
  assert.strictEqual(
    url.format({ protocol: 'http', host: 'a', pathname: 'b#', query: { c: [1, 2] } }),
    'http://a/b%23?c=1&c=2',
  );
  assert.strictEqual(
    url.format(new URL('http://u@xn--mller-kva.de/#h'), { unicode: true, auth: false, fragment: false }),
    'http://m\u00fcller.de/',
  );
  assert.strictEqual(url.domainToASCII('espa\u00f1ol.com'), 'xn--espaol-zwa.com');
  assert.strictEqual(url.urlToHttpOptions(new URL('http://a:b@[::1]:81/x?y')).hostname, '::1');
});
