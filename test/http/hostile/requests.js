'use strict';

// Requests that a server must not be fooled by: malformed, ambiguous, or merely unusual. Written from RFC 9110, RFC 9112,
// RFC 7230 and the descriptions of the vulnerabilities named beside them. What each one gets is in requests.jsonl.

/** @type {Map<string, {bytes: string, options?: object, upgrade?: boolean}>} bytes are Latin-1 */
const cases = new Map();

function add(name, bytes, more) {
  if (cases.has(name)) throw new Error(`two cases named "${name}"`);
  cases.set(name, { bytes, ...more });
}

/** `lines` (the first one may be a whole start line) with CRLF and an empty line, then `body`. */
const message = (lines, body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;
const get = (...lines) => message(['GET / HTTP/1.1', 'Host: a', ...lines]);
const post = (lines, body) => message(['POST /p HTTP/1.1', 'Host: a', ...lines], body);
const chunked = (body, ...lines) => post(['Transfer-Encoding: chunked', ...lines], body);
const NEXT = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const show = (text) => JSON.stringify(text).slice(1, -1);

// --- the start line -----------------------------------------------------------------------------------------------------

for (const method of [
  'get',
  'Get',
  'FOO',
  'GETT',
  'GE',
  'G',
  '',
  'M-SEARCH',
  'M_SEARCH',
  'QUERY',
  'PRI',
  'LINK',
  'SOURCE',
  'PURGE',
])
  add(`method: ${method || 'empty'}`, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
for (const method of [
  'G\0T',
  'G\tT',
  'G T',
  'GET\0',
  'GET:',
  'GET,',
  '"GET"',
  'G\x80T',
  'G\rT',
  'G\nT',
  ' GET',
  '\tGET',
])
  add(`method with odd bytes: ${show(method)}`, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
for (const version of [
  'HTTP/0.9',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/3.0',
  'HTTP/9.9',
  'HTTP/1',
  'HTTP/1.',
  'HTTP/.1',
  'HTTP/11',
  'HTTP/1.10',
  'HTTP/01.1',
  'HTTP/1,1',
  'HTTP/1.1x',
  'HTTP/x.1',
  'http/1.1',
  'HTTP',
  'HTTPS/1.1',
  'ICE/1.0',
  'RTSP/1.0',
  'HTP/1.1',
  'HTTP /1.1',
  'HTTP/ 1.1',
  'HTTP/1.1 ',
  'HTTP/1.1\t',
  ' HTTP/1.1',
  'HTTP/1.1 HTTP/1.1',
  'HTTP/-1.1',
  'HTTP/+1.1',
  'HTTP/1.1\0',
])
  add(`version: ${show(version)}`, `GET / ${version}\r\nHost: a\r\n\r\n`);
for (const target of [
  '',
  '*',
  'a',
  'a:80',
  '/a b',
  '/a\tb',
  '/\0',
  '/%00',
  '/\x7f',
  '/\x01',
  '/é',
  '/\xc3\xa9',
  '/\xff\xfe',
  '/#fragment',
  '/?a?b#c',
  '//a/b',
  '/../../etc/passwd',
  '/..%2f..%2fetc',
  'http://a/',
  'HTTP://a/',
  'http://b/',
  'http://a:80/',
  'http://u:p@a/',
  'http://',
  'http:///',
  'http:/a',
  'http:a',
  'http://[::1]/',
  'http://a b/',
  'ftp://a/',
  'a://b',
  '\\\\a\\b',
  '/\\',
  '/"<>',
  '/{}|^`',
  '?a',
  '#a',
  '.',
  '/a\x0bb',
  '/a\x0cb',
  '/a\rb',
  '/a\nb',
])
  add(`target: ${target === '' ? 'empty' : show(target)}`, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
for (const [method, target] of [
  ['OPTIONS', '*'],
  ['OPTIONS', '/'],
  ['CONNECT', 'a:443'],
  ['CONNECT', 'a'],
  ['CONNECT', '/'],
  ['CONNECT', '*'],
  ['CONNECT', 'http://a/'],
  ['CONNECT', 'a:443/x'],
  ['CONNECT', '[::1]:443'],
  ['CONNECT', 'a:'],
  ['CONNECT', 'u@a:1'],
  ['HEAD', '/'],
  ['TRACE', '/'],
  ['PRI', '*'],
])
  add(`target of ${method}: ${target}`, `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
add('two spaces before the target', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n');
add('two spaces after the target', 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n');
add('tabs for spaces', 'GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n');
add('start line without version', 'GET /\r\nHost: a\r\n\r\n');
add('start line without target', 'GET HTTP/1.1\r\nHost: a\r\n\r\n');
add('start line of a method alone', 'GET\r\nHost: a\r\n\r\n');
add('a response', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
add('start line ends with LF', 'GET / HTTP/1.1\nHost: a\r\n\r\n');
add('start line ends with CR', 'GET / HTTP/1.1\rHost: a\r\n\r\n');
add('start line ends with CR CR LF', 'GET / HTTP/1.1\r\r\nHost: a\r\n\r\n');
add('empty line first', '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('ten empty lines first', `${'\r\n'.repeat(10)}GET / HTTP/1.1\r\nHost: a\r\n\r\n`);
add('LF first', '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('CR first', '\rGET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('byte order mark first', '\xef\xbb\xbfGET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('NUL first', '\0GET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('nothing but empty lines', '\r\n\r\n\r\n');
add('TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
add('SSH banner', 'SSH-2.0-OpenSSH_9.6\r\n');
add('SMTP', 'EHLO a\r\nMAIL FROM:<a@b>\r\n');
add('PROXY protocol', 'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
add('SOCKS', '\x05\x01\x00');
add('HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
add('HTTP/0.9', 'GET /\r\n');
add('target as long as the limit', `GET /${'a'.repeat(16_300)} HTTP/1.1\r\nHost: a\r\n\r\n`);
add('target beyond the limit', `GET /${'a'.repeat(16_500)} HTTP/1.1\r\nHost: a\r\n\r\n`);
add('method without end', 'A'.repeat(20_000));

// --- headers ------------------------------------------------------------------------------------------------------------

for (const char of '"(),/;<=>?@[\\]{}') add(`separator in a name: ${char}`, get(`X${char}Y: 1`));
for (const char of ['\0', '\x01', '\x0b', '\x0c', '\x1f', '\x7f', '\x80', '\xe9', '\xff', ' ', '\t', '\r', '\n'])
  add(`odd byte in a name: ${show(char)}`, get(`X${char}Y: 1`));
for (const char of ['!', '#', '$', '%', '&', "'", '*', '+', '-', '.', '^', '_', '`', '|', '~', '0'])
  add(`token byte in a name: ${char}`, get(`X${char}Y: 1`));
for (const char of [
  '\0',
  '\x01',
  '\x07',
  '\x08',
  '\x0b',
  '\x0c',
  '\x1b',
  '\x1f',
  '\x7f',
  '\x80',
  '\xa0',
  '\xe9',
  '\xff',
  '\t',
  '\r',
  '\n',
])
  add(`odd byte in a value: ${show(char)}`, get(`X: a${char}b`));
add('UTF-8 in a value', get('X: \xe2\x82\xac\xf0\x9f\x98\x80'));
add('broken UTF-8 in a value', get('X: \xe2\x82\xc3\x28'));
add('space before the colon', get('X : 1'));
add('tab before the colon', get('X\t: 1'));
add('space before the colon of the first header', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n');
add('space before the first header', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n');
add('tab before the first header', 'GET / HTTP/1.1\r\n\tX: 1\r\nHost: a\r\n\r\n');
add('no colon', get('X 1'));
add('no colon, no space', get('X'));
add('no name', get(': 1'));
add('no name, no value', get(':'));
add('a space for a name', get(' : 1'));
add('two colons', get('X:: 1'));
add('empty value', get('X:'));
add('value of spaces', get('X:   \t  '));
add('spaces around a value', get('X:  \t a b \t '));
add('no space after the colon', get('X:1'));
add('folded with a space', get('X: a\r\n b'));
add('folded with a tab', get('X: a\r\n\tb'));
add('folded into nothing', get('X: a\r\n ', 'Y: b'));
add('folded twice', get('X: a\r\n b\r\n c'));
add('folded Host', 'GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n');
add('folded with LF', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\n b\r\n\r\n');
add('lines end with LF', 'GET / HTTP/1.1\nHost: a\nX: 1\n\n');
add('one line ends with LF', 'GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n');
add('lines end with CR', 'GET / HTTP/1.1\rHost: a\rX: 1\r\r');
add('one line ends with CR: CVE-2023-30589', 'GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n');
add('one line ends with CR CR LF', 'GET / HTTP/1.1\r\nHost: a\r\r\nX: 1\r\n\r\n');
add('head ends with LF', 'GET / HTTP/1.1\r\nHost: a\r\n\n');
add('head ends with CR', 'GET / HTTP/1.1\r\nHost: a\r\n\r');
add('head ends with CR X: CVE-2025-23167', 'GET / HTTP/1.1\r\nHost: a\r\n\rX: 1\r\n\r\n');
add('head without end', 'GET / HTTP/1.1\r\nHost: a\r\n');
add('header without end: CVE-2022-35256', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1');
add('header without CRLF before the next', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1 Content-Length: 5\r\n\r\nhello');
add('names in any case', get('x-A: 1', 'X-a: 2', 'x-a: 3'));
add('__proto__', get('__proto__: 1', 'constructor: 2', 'toString: 3', 'hasOwnProperty: 4'));
add('999 headers', get(...Array.from({ length: 998 }, (_, i) => `x${i}: 1`)));
add('1,000 headers', get(...Array.from({ length: 999 }, (_, i) => `x${i}: 1`)));
add('1,001 headers', get(...Array.from({ length: 1000 }, (_, i) => `x${i}: 1`)));
add('2,000 headers', get(...Array.from({ length: 1999 }, (_, i) => `x${i}:`)));
add('a limit on the number of headers', get('A: 1', 'B: 2', 'C: 3', 'D: 4'), { maxHeadersCount: 3 });
for (const size of [
  16_000, 16_340, 16_360, 16_370, 16_376, 16_377, 16_378, 16_379, 16_380, 16_381, 16_382, 16_383, 16_384, 16_385,
  17_000,
])
  add(`a value of ${size} bytes`, `GET / HTTP/1.1\r\nX: ${'v'.repeat(size)}\r\nHost: a\r\n\r\n`);
add('a name of 17,000 bytes', get(`${'n'.repeat(17_000)}: 1`));
add('spaces without end before a value', get(`X:${' '.repeat(17_000)}1`));
add('a small limit: below', get(`X: ${'v'.repeat(60)}`), { options: { maxHeaderSize: 100 } });
add('a small limit: above', get(`X: ${'v'.repeat(120)}`), { options: { maxHeaderSize: 100 } });

// --- Host ---------------------------------------------------------------------------------------------------------------

add('no Host', 'GET / HTTP/1.1\r\n\r\n');
add('no Host in 1.0', 'GET / HTTP/1.0\r\n\r\n');
add('no Host, absolute target', 'GET http://a/ HTTP/1.1\r\n\r\n');
add('no Host required', 'GET / HTTP/1.1\r\n\r\n', { options: { requireHostHeader: false } });
add('empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n');
add('two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
add('two equal Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n');
for (const host of [
  'a b',
  'a,b',
  'a/b',
  'a@b',
  'a?b',
  'a#b',
  '[::1]',
  '[::1',
  'a:80:90',
  'a:x',
  'http://a',
  "a'b",
  '-',
  '..',
])
  add(`Host: ${host}`, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

// --- Content-Length -----------------------------------------------------------------------------------------------------

for (const length of [
  '5',
  '05',
  '0000000000000000000005',
  '+5',
  '-5',
  '5.0',
  '5e0',
  '0x5',
  '0b101',
  '5 ',
  ' 5',
  '5\t',
  '\t5',
  '5 5',
  '5,5',
  '5, 5',
  '5;5',
  '5x',
  'x5',
  'x',
  '',
  ' ',
  '"5"',
  '5\0',
  '5\x0b',
  '\xa05',
  '²',
  '٥'.normalize(),
  '2147483648',
  '4294967296',
  '4294967301',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '18446744073709551621',
  '99999999999999999999999',
  'NaN',
  'Infinity',
])
  add(
    `length: ${length === '' ? 'empty' : show(Buffer.from(length).toString('latin1'))}`,
    post([`Content-Length: ${Buffer.from(length).toString('latin1')}`], 'hello'),
  );
add('two lengths', post(['Content-Length: 5', 'Content-Length: 6'], 'hello!'));
add('two equal lengths', post(['Content-Length: 5', 'Content-Length: 5'], 'hello'));
add('two lengths, the first empty', post(['Content-Length:', 'Content-Length: 5'], 'hello'));
add('two lengths, the second empty', post(['Content-Length: 5', 'Content-Length:'], 'hello'));
add('a length of zero and one of five', post(['Content-Length: 0', 'Content-Length: 5'], 'hello'));
add('length in another case', post(['cOnTeNt-LeNgTh: 5'], 'hello'));
add('length with an underscore', post(['Content_Length: 5'], NEXT));
add('length with a space before the colon: CVE-2021-22959', post(['Content-Length : 5'], 'hello'));
add('length with a space before its name: CVE-2024-27982', post([' Content-Length: 5'], 'hello'));
add('length with a tab before the colon', post(['Content-Length\t: 5'], 'hello'));
add('folded length', post(['Content-Length:\r\n 5'], 'hello'));
add('length folded in two', post(['Content-Length: 1\r\n 0'], '0123456789'));
add('length below the body', post(['Content-Length: 3'], `hel${NEXT}`));
add('length above the body', post(['Content-Length: 10'], 'hello'));
add('length and no body', post(['Content-Length: 5']));
add('length of zero', post(['Content-Length: 0'], NEXT));
add('no length, a body', post([], 'hello'));
add('no length, a request for a body', post([], SMUGGLED));
add('GET with a length', message(['GET / HTTP/1.1', 'Host: a', 'Content-Length: 5'], `hello${NEXT}`));
add(
  'GET with a request for a body',
  message(['GET / HTTP/1.1', 'Host: a', `Content-Length: ${SMUGGLED.length}`], SMUGGLED + NEXT),
);
add('HEAD with a length', message(['HEAD / HTTP/1.1', 'Host: a', 'Content-Length: 5'], `hello${NEXT}`));
add('DELETE with a length', message(['DELETE / HTTP/1.1', 'Host: a', 'Content-Length: 5'], `hello${NEXT}`));
add('TRACE with a length', message(['TRACE / HTTP/1.1', 'Host: a', 'Content-Length: 5'], `hello${NEXT}`));

// --- Transfer-Encoding --------------------------------------------------------------------------------------------------

const FIVE = '5\r\nhello\r\n0\r\n\r\n';
for (const coding of [
  'chunked',
  'Chunked',
  'CHUNKED',
  'chunked ',
  ' chunked',
  '\tchunked',
  'chunked\t',
  '\x0bchunked',
  'chunked\x0b',
  '\0chunked',
  'chunked\0',
  '\xa0chunked',
  'xchunked',
  'chunkedx',
  'chunke',
  'chunked chunked',
  'chunked,chunked',
  'chunked, chunked',
  'gzip, chunked',
  'gzip,chunked',
  'chunked, gzip',
  'identity',
  'identity, chunked',
  'chunked, identity',
  'gzip',
  'deflate, gzip',
  ', chunked',
  'chunked,',
  ',',
  '',
  '"chunked"',
  "'chunked'",
  'chunked;q=1',
  'chunked; a=b',
  'gzip;q=0.5, chunked',
  'cow',
  'x: chunked',
  'chunked\x01',
  'c\thunked',
  'chunked\r',
  'ch\xfcnked',
  'CHUN\xe2\x84\xaaED',
])
  add(`coding: ${coding === '' ? 'empty' : show(coding)}`, post([`Transfer-Encoding: ${coding}`], FIVE));
for (const [first, second] of [
  ['chunked', 'chunked'],
  ['chunked', 'identity'],
  ['identity', 'chunked'],
  ['gzip', 'chunked'],
  ['chunked', 'gzip'],
  ['chunked', ''],
  ['', 'chunked'],
  ['chunked', 'cow'],
  ['cow', 'chunked'],
])
  add(
    `two codings: "${first}" and "${second}": CVE-2020-8287`,
    post([`Transfer-Encoding: ${first}`, `Transfer-Encoding: ${second}`], FIVE),
  );
for (const name of [
  'Transfer-Encoding ',
  'Transfer-Encoding\t',
  ' Transfer-Encoding',
  'Transfer_Encoding',
  'Transfer-Encodin',
  'Transfer-Encoding\0',
  'Transfer\rEncoding',
  'Transfer-Encoding\x0b',
  'TRANSFER-ENCODING',
  'X-Transfer-Encoding',
  'Content-Encoding',
  'TE',
])
  add(`coding by another name: ${show(name)}`, post([`${name}: chunked`], FIVE));
add('folded coding: CVE-2022-32215', post(['Transfer-Encoding:\r\n chunked'], FIVE));
add('coding folded in two', post(['Transfer-Encoding: chunked\r\n , identity'], FIVE));
add('coding folded after a comma', post(['Transfer-Encoding: gzip,\r\n chunked'], FIVE));
add('coding ends with LF', 'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\n\r\n0\r\n\r\n');
add('coding in 1.0', message(['POST /p HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked'], FIVE));
add(
  'coding in 1.0, kept',
  message(['POST /p HTTP/1.0', 'Host: a', 'Connection: keep-alive', 'Transfer-Encoding: chunked'], FIVE + NEXT),
);
add('coding of a GET', message(['GET /p HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'], FIVE + NEXT));
add('coding of a HEAD', message(['HEAD /p HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'], FIVE + NEXT));
add('length, then coding: CL.TE', post(['Content-Length: 6', 'Transfer-Encoding: chunked'], '0\r\n\r\nX'));
add(
  'coding, then length: TE.CL',
  post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `5c\r\n${SMUGGLED.padEnd(92)}\r\n0\r\n\r\n`),
);
add('length of zero and coding', post(['Content-Length: 0', 'Transfer-Encoding: chunked'], FIVE));
add('length and a coding that is none', post(['Content-Length: 5', 'Transfer-Encoding: cow'], 'hello'));
add('length and identity', post(['Content-Length: 5', 'Transfer-Encoding: identity'], 'hello'));
add('identity, then length', post(['Transfer-Encoding: identity', 'Content-Length: 5'], 'hello'));
add('length and an empty coding', post(['Content-Length: 5', 'Transfer-Encoding:'], 'hello'));
add(
  'length and a coding with a space before the colon',
  post(['Content-Length: 5', 'Transfer-Encoding : chunked'], FIVE),
);
add(
  'length and a coding that is hidden: TE.TE',
  post(['Content-Length: 4', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x'], FIVE),
);
add('coding that is not chunked: CVE-2022-32213', post(['Transfer-Encoding: chunkedchunked'], FIVE));
add('coding that does not end in chunked: CVE-2019-15605', post(['Transfer-Encoding: chunked, foo'], FIVE));

// --- chunks -------------------------------------------------------------------------------------------------------------

for (const size of [
  '5',
  '05',
  '0000000000005',
  '00000000000000000000005',
  'A',
  'a',
  '0x5',
  '5h',
  '+5',
  '-5',
  ' 5',
  '\t5',
  '5 ',
  '5\t',
  '5  ',
  '',
  'g',
  '5.',
  '5,',
  '_',
  '5\0',
  '\x005',
  '5\x0b',
  'ffffffff',
  '100000005',
  '7fffffffffffffff',
  '8000000000000000',
  'ffffffffffffffff',
  '10000000000000000',
  '10000000000000005',
  'fffffffffffffffffffff',
])
  add(`chunk size: ${size === '' ? 'empty' : show(size)}`, chunked(`${size}\r\nhello\r\n0\r\n\r\n`));
for (const extension of [
  ';',
  ';a',
  ';a=b',
  ';a=',
  ';=b',
  ';a="b"',
  ';a="b;c"',
  ';a="b\\"c"',
  ';a="b',
  ';a=b"',
  ';a=""',
  ';;',
  ';a;b',
  ';a=b;c=d',
  '; a',
  ';a =b',
  ';a= b',
  ' ;a',
  '\t;a',
  ';a\tb',
  ';a b',
  ';a\0',
  ';a\x01',
  ';a\x7f',
  ';a\xe9',
  ';a="\xe9"',
  ';a="\0"',
  ';a="\r\n"',
  ';a,b',
  ';a=b,c',
  ';\u0022',
  ';a=\\',
  ';a/b',
  ';a=(b)',
  ' a',
  ':a',
  ',a',
])
  add(`chunk extension: ${show(extension)}`, chunked(`5${extension}\r\nhello\r\n0\r\n\r\n`));
add('chunk extension with LF: CVE-2021-22960', chunked(`5;a\nhello\r\n0\r\n\r\n${NEXT}`));
add('chunk extension with CR', chunked('5;a\rb\r\nhello\r\n0\r\n\r\n'));
add('chunk extension with LF within', chunked('5;a\nb\r\nhello\r\n0\r\n\r\n'));
add('chunk extension that hides a size', chunked('5;\n5\r\nhello\r\n0\r\n\r\n'));
add('chunk extensions of 16,000 bytes', chunked(`5;${'a'.repeat(16_000)}\r\nhello\r\n0\r\n\r\n`));
add('chunk extensions without end: CVE-2024-22019', chunked(`5;${'a'.repeat(17_000)}\r\nhello\r\n0\r\n\r\n`));
add('many chunk extensions', chunked(`5${';a=b'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`));
add('an extension on each of many chunks', chunked(`${`1;${'a'.repeat(900)}\r\nx\r\n`.repeat(40)}0\r\n\r\n`));
add('extension of the last chunk', chunked('5\r\nhello\r\n0;a=b\r\n\r\n'));
add('size ends with LF', chunked('5\nhello\r\n0\r\n\r\n'));
add('size ends with CR', chunked('5\rhello\r\n0\r\n\r\n'));
add('size ends with CR CR LF', chunked('5\r\r\nhello\r\n0\r\n\r\n'));
add('data ends with LF', chunked('5\r\nhello\n0\r\n\r\n'));
add('data ends with CR', chunked('5\r\nhello\r0\r\n\r\n'));
add('data without end', chunked('5\r\nhello0\r\n\r\n'));
add('data with two ends', chunked('5\r\nhello\r\n\r\n0\r\n\r\n'));
add('data longer than its size', chunked('4\r\nhello\r\n0\r\n\r\n'));
add('data shorter than its size', chunked('6\r\nhello\r\n0\r\n\r\n'));
add('data with any two bytes for an end', chunked('5\r\nhelloXX0\r\n\r\n'));
add('last chunk ends with LF', chunked('5\r\nhello\r\n0\n\r\n'));
add('body ends with LF', chunked('5\r\nhello\r\n0\r\n\n'));
add('body ends with CR', chunked('5\r\nhello\r\n0\r\n\rX'));
add('last chunk of many zeros', chunked('5\r\nhello\r\n00000\r\n\r\n'));
add('no last chunk', chunked('5\r\nhello\r\n'));
add('no end after the last chunk', chunked('5\r\nhello\r\n0\r\n'));
add('no end after the last chunk, a request', chunked(`5\r\nhello\r\n0\r\n${NEXT}`));
add('chunks of one byte', chunked(`${'1\r\nx\r\n'.repeat(50)}0\r\n\r\n`));
add('chunks, then a request', chunked(FIVE + NEXT));
add('empty body in chunks', chunked(`0\r\n\r\n${NEXT}`));
for (const trailer of [
  'X: 1',
  'X:',
  'X : 1',
  ': 1',
  'X',
  'X: a\r\n b',
  ' X: 1',
  'X: a\0b',
  'X: \xe9',
  'X: a\x01',
  'X\0: 1',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Host: b',
  'Connection: close',
  'Upgrade: x',
  'Expect: 100-continue',
  'Trailer: x',
  'X: 1\nY: 2',
  'X: 1\rY: 2',
  '__proto__: 1',
])
  add(`trailer: ${show(trailer)}`, chunked(`5\r\nhello\r\n0\r\n${trailer}\r\n\r\n${NEXT}`));
add('trailers as announced', chunked('0\r\nX-A: 1\r\nX-B: 2\r\n\r\n', 'Trailer: X-A, X-B'));
add('trailers that are long', chunked(`0\r\nX: ${'v'.repeat(17_000)}\r\n\r\n`));
add('trailers that are many', chunked(`0\r\n${'x: 1\r\n'.repeat(2_000)}\r\n`));

// --- the connection -----------------------------------------------------------------------------------------------------

for (const connection of [
  'close',
  'Close',
  'keep-alive',
  'close, keep-alive',
  'keep-alive, close',
  'closed',
  'x-close',
  'close;a',
  '"close"',
  '',
  ',',
  'upgrade',
  'Upgrade, close',
  'host',
  'content-length',
  'a,b,c',
  'close\t',
  '\tclose',
])
  add(`Connection: ${connection || 'empty'}, then a request`, get(`Connection: ${connection}`) + NEXT);
add('two Connections', get('Connection: keep-alive', 'Connection: close') + NEXT);
add('Proxy-Connection: close', get('Proxy-Connection: close') + NEXT);
add('1.0, then a request', `GET / HTTP/1.0\r\n\r\n${NEXT}`);
add('1.0 kept, then a request', `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${NEXT}`);
add('close, then rubbish', `${get('Connection: close')}rubbish`);
add('close, then an empty line', `${get('Connection: close')}\r\n`);
for (const upgrade of ['websocket', 'h2c', 'TLS/1.0', 'x/1, y/2', ''])
  for (const listens of [false, true])
    add(
      `Upgrade: ${upgrade || 'empty'}${listens ? ', taken' : ''}`,
      get('Connection: Upgrade', `Upgrade: ${upgrade}`) + NEXT,
      { upgrade: listens },
    );
add('Upgrade without Connection', get('Upgrade: websocket') + NEXT, { upgrade: true });
add('Connection: upgrade without Upgrade', get('Connection: upgrade') + NEXT, { upgrade: true });
add('Upgrade in 1.0', `GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n${NEXT}`, { upgrade: true });
add('Upgrade with a length', post(['Connection: upgrade', 'Upgrade: x', 'Content-Length: 5'], `hello${NEXT}`), {
  upgrade: true,
});
add(
  'Upgrade with a length, not taken',
  post(['Connection: upgrade', 'Upgrade: x', 'Content-Length: 5'], `hello${NEXT}`),
);
add('Upgrade with chunks', chunked(FIVE + NEXT, 'Connection: upgrade', 'Upgrade: x'), { upgrade: true });
add('Upgrade with chunks, not taken', chunked(FIVE + NEXT, 'Connection: upgrade', 'Upgrade: x'));
add('CONNECT, taken', `CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n${NEXT}`, { upgrade: true });
add('CONNECT with a length, taken', `CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`, {
  upgrade: true,
});
add(
  'CONNECT in chunks, taken',
  `CONNECT a:443 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${FIVE}${NEXT}`,
  { upgrade: true },
);
for (const expect of ['100-continue', '100-Continue', '100-continue, x', 'x', '', '200-ok', '100', '100-continue '])
  add(`Expect: ${expect || 'empty'}`, post([`Expect: ${expect}`, 'Content-Length: 5'], 'hello'));
add('Expect in 1.0', message(['POST /p HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 5'], 'hello'));
add('Expect without a body', get('Expect: 100-continue') + NEXT);
add('two Expects', post(['Expect: 100-continue', 'Expect: x', 'Content-Length: 5'], 'hello'));

// --- one after another --------------------------------------------------------------------------------------------------

add('two requests', get() + NEXT);
add('twenty requests', get().repeat(20));
add('an empty line between', `${get()}\r\n${NEXT}`);
add('five empty lines between', `${get()}${'\r\n'.repeat(5)}${NEXT}`);
add('LF between', `${get()}\n${NEXT}`);
add('a space between', `${get()} ${NEXT}`);
add('NUL between', `${get()}\0${NEXT}`);
add('good, then bad', `${get()}BAD\r\n\r\n`);
add('bad, then good', `BAD\r\n\r\n${get()}`);
add('good, then half', `${get()}GET /half HTTP/1.1\r\nHo`);
add('a body, then a request', post(['Content-Length: 5'], `hello${NEXT}`));
add('a body, an empty line, a request', post(['Content-Length: 5'], `hello\r\n${NEXT}`));
add('a body one byte too long, a request', post(['Content-Length: 5'], `hello!${NEXT}`));
add('no Host, then a request', `GET / HTTP/1.1\r\n\r\n${NEXT}`);
add('no Host and a body, then a request', `POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello${NEXT}`);
add('an expectation that fails, then a request', `${get('Expect: x')}${NEXT}`);
add('requests above the limit of a socket', get().repeat(4), { maxRequestsPerSocket: 2 });
add('a length that lies by a smuggled request', post([`Content-Length: ${SMUGGLED.length - 1}`], SMUGGLED + NEXT));
add('a smuggled request in a chunk', chunked(`${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n${NEXT}`));
add('a smuggled request in a header', get(`X: ${encodeURIComponent(SMUGGLED)}`) + NEXT);
add(
  'a smuggled request after CR: CVE-2022-32214',
  `GET / HTTP/1.1\r\nHost: a\r\nX: \rGET /smuggled HTTP/1.1\r\n\r\n${NEXT}`,
);

module.exports = { cases };
