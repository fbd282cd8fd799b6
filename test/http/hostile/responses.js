'use strict';

// Responses that a client must not be fooled by: malformed, ambiguous, or merely unusual. Written from RFC 9110, RFC 9112 and
// RFC 7230. What a client makes of each one is in responses.jsonl.

/** @type {Map<string, {bytes: string, method?: string, options?: object}>} bytes are Latin-1 */
const cases = new Map();

function add(name, bytes, more) {
  if (cases.has(name)) throw new Error(`two cases named "${name}"`);
  cases.set(name, { bytes, ...more });
}

const message = (lines, body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;
const ok = (lines, body) => message(['HTTP/1.1 200 OK', ...lines], body);
const chunked = (body, ...lines) => ok(['Transfer-Encoding: chunked', ...lines], body);
const show = (text) => (text === '' ? 'empty' : JSON.stringify(text).slice(1, -1));
const FIVE = '5\r\nhello\r\n0\r\n\r\n';
const SECOND = 'HTTP/1.1 200 Second\r\nContent-Length: 6\r\n\r\nsecond';

// --- the status line ----------------------------------------------------------------------------------------------------

for (const version of [
  'HTTP/0.9',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/9.9',
  'HTTP/1',
  'HTTP/11',
  'HTTP/1.10',
  'HTTP/1.1x',
  'http/1.1',
  'HTTP',
  'HTTPS/1.1',
  'ICY',
  'ICE/1.0',
  'RTSP/1.0',
  ' HTTP/1.1',
  '\tHTTP/1.1',
  'HTTP /1.1',
  'HTTP/ 1.1',
  '',
])
  add(`version: ${show(version)}`, `${version} 200 OK\r\nContent-Length: 5\r\n\r\nhello`);
for (const status of [
  '200',
  '000',
  '099',
  '100x',
  '199',
  '299',
  '600',
  '999',
  '1000',
  '20',
  '2',
  '',
  '2OO',
  '-200',
  '+200',
  '0200',
  '200.0',
  '0x200',
  ' 200',
  '200\t',
  '200\0',
])
  add(`status: ${show(status)}`, `HTTP/1.1 ${status} OK\r\nContent-Length: 5\r\n\r\nhello`);
for (const reason of [
  '',
  ' ',
  ' OK',
  ' Not so OK',
  ' \xe9',
  ' \xc3\xa9',
  ' \0',
  ' \x01',
  ' \t',
  ' \x7f',
  ' a\rb',
  ' a\nb',
  '  two spaces',
  ' OK ',
  '\tOK',
])
  add(`reason: ${show(reason)}`, `HTTP/1.1 200${reason}\r\nContent-Length: 5\r\n\r\nhello`);
add('status line ends with LF', 'HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello');
add('status line ends with CR', 'HTTP/1.1 200 OK\rContent-Length: 5\r\n\r\nhello');
add('status line ends with CR CR LF', 'HTTP/1.1 200 OK\r\r\nContent-Length: 5\r\n\r\nhello');
add('status line without reason ends with LF', 'HTTP/1.1 200\nContent-Length: 5\r\n\r\nhello');
add('empty line first', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
add('LF first', '\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
add('NUL first', '\0HTTP/1.1 200 OK\r\n\r\n');
add('a request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('no HTTP', 'hello\r\n');
add('nothing', '');
add('an empty line', '\r\n');
add('half a status line', 'HTTP/1.1 20');
add('half a head', 'HTTP/1.1 200 OK\r\nContent-Le');
add('a reason of 17,000 bytes', `HTTP/1.1 200 ${'r'.repeat(17_000)}\r\nContent-Length: 0\r\n\r\n`);
add('TLS alert', '\x15\x03\x01\x00\x02\x02\x46');
add('HTTP/2 settings', '\x00\x00\x00\x04\x00\x00\x00\x00\x00');

// --- headers ------------------------------------------------------------------------------------------------------------

const END = 'Content-Length: 0';
for (const char of [
  '"',
  '(',
  ',',
  '/',
  ';',
  '@',
  '[',
  '{',
  '\0',
  '\x01',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
  ' ',
  '\t',
  '\r',
  '\n',
])
  add(`odd byte in a name: ${show(char)}`, ok([`X${char}Y: 1`, END]));
for (const char of ['\0', '\x01', '\x08', '\x0b', '\x0c', '\x1f', '\x7f', '\x80', '\xff', '\t', '\r', '\n'])
  add(`odd byte in a value: ${show(char)}`, ok([`X: a${char}b`, END]));
add('space before the colon', ok(['X : 1', END]));
add('tab before the colon', ok(['X\t: 1', END]));
add('space before the first header', 'HTTP/1.1 200 OK\r\n X: 1\r\nContent-Length: 0\r\n\r\n');
add('no colon', ok(['X 1', END]));
add('no name', ok([': 1', END]));
add('empty value', ok(['X:', END]));
add('folded', ok(['X: a\r\n b', END]));
add('folded with a tab', ok(['X: a\r\n\tb', END]));
add('folded into nothing', ok(['X: a\r\n ', END]));
add('lines end with LF', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello');
add('lines end with CR', 'HTTP/1.1 200 OK\rContent-Length: 5\r\rhello');
add('head ends with LF', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\nhello');
add('head ends with CR', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\rhello');
add('one line ends with CR', 'HTTP/1.1 200 OK\r\nX: 1\rContent-Length: 5\r\n\r\nhello');
add('repeated headers', ok(['Set-Cookie: a', 'Set-Cookie: b', 'ETag: a', 'ETag: b', 'X: a', 'X: b', END]));
add('__proto__', ok(['__proto__: 1', 'constructor: 2', END]));
add('1,000 headers', ok([...Array.from({ length: 999 }, (_, i) => `x${i}: 1`), END]));
add('2,001 headers', ok([...Array.from({ length: 2000 }, (_, i) => `x${i}:`), END]));
for (const size of [16_300, 16_370, 16_371, 16_372, 16_373, 16_374, 16_380, 16_384, 17_000])
  add(`a value of ${size} bytes`, ok([`X: ${'v'.repeat(size)}`, END]));
add('a small limit: above', ok([`X: ${'v'.repeat(120)}`, END]), { options: { maxHeaderSize: 100 } });
add('a large limit: below', ok([`X: ${'v'.repeat(17_000)}`, END]), { options: { maxHeaderSize: 20_000 } });

// --- the body -----------------------------------------------------------------------------------------------------------

for (const length of [
  '5',
  '05',
  '+5',
  '-5',
  '0x5',
  '5 5',
  '5,5',
  '5;5',
  '5x',
  '',
  ' 5 ',
  '5\0',
  '4294967301',
  '18446744073709551615',
  '18446744073709551616',
  '18446744073709551621',
])
  add(`length: ${show(length)}`, ok([`Content-Length: ${length}`], 'hello'));
add('two lengths', ok(['Content-Length: 5', 'Content-Length: 6'], 'hello!'));
add('two equal lengths', ok(['Content-Length: 5', 'Content-Length: 5'], 'hello'));
add('length below the body', ok(['Content-Length: 3'], 'hello'));
add('length above the body', ok(['Content-Length: 10'], 'hello'));
add('length of zero and a body', ok(['Content-Length: 0'], 'hello'));
add('length with a space before the colon', ok(['Content-Length : 5'], 'hello'));
add('folded length', ok(['Content-Length:\r\n 5'], 'hello'));
add('no length', ok([], 'hello'));
add('no length, no body', ok([]));
add('no length, kept', ok(['Connection: keep-alive'], 'hello'));
for (const coding of [
  'chunked',
  'Chunked',
  'chunked, chunked',
  'gzip, chunked',
  'chunked, gzip',
  'identity',
  'gzip',
  '',
  'xchunked',
  'chunked;q=1',
  '"chunked"',
  '\x0bchunked',
  'chunked\0',
])
  add(`coding: ${show(coding)}`, ok([`Transfer-Encoding: ${coding}`], FIVE));
add('coding and length', ok(['Transfer-Encoding: chunked', 'Content-Length: 3'], FIVE));
add('length and coding', ok(['Content-Length: 3', 'Transfer-Encoding: chunked'], FIVE));
add('length and identity', ok(['Content-Length: 5', 'Transfer-Encoding: identity'], 'hello'));
add('two codings', ok(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], FIVE));
add('coding with a space before the colon', ok(['Transfer-Encoding : chunked'], FIVE));
add('coding in 1.0', message(['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'], FIVE));
for (const size of [
  '05',
  '0x5',
  '-5',
  '+5',
  ' 5',
  '5 ',
  '',
  'g',
  '5\0',
  'ffffffffffffffff',
  '10000000000000000',
  '10000000000000005',
])
  add(`chunk size: ${show(size)}`, chunked(`${size}\r\nhello\r\n0\r\n\r\n`));
for (const extension of [
  ';a',
  ';a=b',
  ';a="b"',
  ';a="b',
  ';',
  ';a\0',
  ';a\rb',
  ';a\nb',
  ' ;a',
  `;${'a'.repeat(17_000)}`,
])
  add(`chunk extension: ${show(extension).slice(0, 40)}`, chunked(`5${extension}\r\nhello\r\n0\r\n\r\n`));
add('size ends with LF', chunked('5\nhello\r\n0\r\n\r\n'));
add('data ends with LF', chunked('5\r\nhello\n0\r\n\r\n'));
add('data without end', chunked('5\r\nhello0\r\n\r\n'));
add('data longer than its size', chunked('4\r\nhello\r\n0\r\n\r\n'));
add('no last chunk', chunked('5\r\nhello\r\n'));
add('half a chunk', chunked('5\r\nhel'));
add('no end after the last chunk', chunked('5\r\nhello\r\n0\r\n'));
add('trailers', chunked('5\r\nhello\r\n0\r\nX: 1\r\nX: 2\r\nContent-Length: 7\r\n\r\n', 'Trailer: X'));
add('a bad trailer', chunked('5\r\nhello\r\n0\r\nX : 1\r\n\r\n'));
add('trailers of 17,000 bytes', chunked(`5\r\nhello\r\n0\r\nX: ${'v'.repeat(17_000)}\r\n\r\n`));
for (const status of ['204 No Content', '304 Not Modified', '205 Reset Content']) {
  add(`${status} with a length`, message([`HTTP/1.1 ${status}`, 'Content-Length: 5'], 'hello'));
  add(`${status} in chunks`, message([`HTTP/1.1 ${status}`, 'Transfer-Encoding: chunked'], FIVE));
  add(`${status} with neither`, message([`HTTP/1.1 ${status}`], 'hello'));
}
add('HEAD with a length', ok(['Content-Length: 5']), { method: 'HEAD' });
add('HEAD with a length and a body', ok(['Content-Length: 5'], 'hello'), { method: 'HEAD' });
add('HEAD in chunks', chunked(FIVE), { method: 'HEAD' });
add('HEAD without length', ok([]), { method: 'HEAD' });

// --- interim answers and the connection ---------------------------------------------------------------------------------

for (const interim of ['100 Continue', '102 Processing', '103 Early Hints', '110 Odd', '199 Odd'])
  add(`${interim}, then the answer`, message([`HTTP/1.1 ${interim}`, 'Link: x']) + ok(['Content-Length: 5'], 'hello'));
add(
  '100 with a length',
  message(['HTTP/1.1 100 Continue', 'Content-Length: 5'], 'hello') + ok(['Content-Length: 2'], 'ok'),
);
add(
  '100 in chunks',
  message(['HTTP/1.1 100 Continue', 'Transfer-Encoding: chunked'], FIVE) + ok(['Content-Length: 2'], 'ok'),
);
add('100 without end', message(['HTTP/1.1 100 Continue']));
add('twenty of 100', message(['HTTP/1.1 100 Continue']).repeat(20) + ok(['Content-Length: 2'], 'ok'));
add(
  '101 that nobody asked for',
  message(['HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: x'], 'other'),
);
add('101 that nobody asked for, without Upgrade', message(['HTTP/1.1 101 Switching Protocols'], 'other'));
add('Upgrade in a 200', ok(['Connection: upgrade', 'Upgrade: x', 'Content-Length: 5'], 'hello'));
add('an answer to CONNECT', ok(['Content-Length: 5'], 'hello'), { method: 'CONNECT' });
add('a refusal of CONNECT', message(['HTTP/1.1 403 No', 'Content-Length: 5'], 'hello'), { method: 'CONNECT' });
add('CONNECT in chunks', chunked(FIVE), { method: 'CONNECT' });
add('two answers', ok(['Content-Length: 5'], 'hello') + SECOND);
add('an answer and rubbish', `${ok(['Content-Length: 5'], 'hello')}rubbish`);
add('an answer and an empty line', `${ok(['Content-Length: 5'], 'hello')}\r\n`);
add('an answer that closes, and another', ok(['Content-Length: 5', 'Connection: close'], 'hello') + SECOND);
add('an answer that closes, and rubbish', `${ok(['Content-Length: 5', 'Connection: close'], 'hello')}rubbish`);
add('chunks, and another answer', chunked(FIVE) + SECOND);
add('204, and another answer', message(['HTTP/1.1 204 No']) + SECOND);
add('HEAD, and another answer', ok(['Content-Length: 5']) + SECOND, { method: 'HEAD' });
add('1.0 with a length', message(['HTTP/1.0 200 OK', 'Content-Length: 5'], 'hello'));
add('1.0 without length', message(['HTTP/1.0 200 OK'], 'hello'));
add('1.0 kept', message(['HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 5'], 'hello'));
add('Keep-Alive of zero', ok(['Connection: keep-alive', 'Keep-Alive: timeout=0', 'Content-Length: 5'], 'hello'));
add(
  'Keep-Alive that is none',
  ok(['Connection: keep-alive', 'Keep-Alive: timeout=x, max=-1', 'Content-Length: 5'], 'hello'),
);

module.exports = { cases };
