'use strict';

// What each of llhttp's leniency flags lets through, alone: the parser itself, as `_http_common` shows it. Run by official
// Node 24 with an argument, it records leniency.jsonl.

const fs = require('node:fs');
const path = require('node:path');
const { HTTPParser } = require('_http_common');

const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';
const requests = {
  'a control character in a value': 'GET / HTTP/1.1\r\nX: a\x01b\r\n\r\n',
  'DEL in a value': 'GET / HTTP/1.1\r\nX: a\x7fb\r\n\r\n',
  'NUL in a value': 'GET / HTTP/1.1\r\nX: a\0b\r\n\r\n',
  'a space before the colon': 'GET / HTTP/1.1\r\nX : a\r\n\r\n',
  'a folded value': 'GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n',
  'chunks and a length': `${head}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  'a length and chunks': `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  'a request after close': `GET / HTTP/1.1\r\nConnection: close\r\n\r\n${next}`,
  'rubbish after close': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\nrubbish',
  'a coding that is not chunked': `${head}Transfer-Encoding: gzip\r\n\r\nhello`,
  'chunked not last': `${head}Transfer-Encoding: chunked, gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  'version 1.9': 'GET / HTTP/1.9\r\nHost: a\r\n\r\n',
  'version 3.1': 'GET / HTTP/3.1\r\nHost: a\r\n\r\n',
  'CR without LF': 'GET / HTTP/1.1\r\nX: a\rY: b\r\n\r\n',
  'a head that ends with CR': 'GET / HTTP/1.1\r\nX: a\r\n\rX',
  'LF without CR': 'GET / HTTP/1.1\nX: a\n\n',
  'data without CRLF': `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n`,
  'data that ends with LF': `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n`,
  'a size that ends with LF': `${head}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`,
  'a space after a size': `${head}Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n`,
  'an extension with odd characters': `${head}Transfer-Encoding: chunked\r\n\r\n5;\x01\r\nhello\r\n0\r\n\r\n`,
};
const responses = {
  'a control character in a value': 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n',
  'chunks and a length':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'an answer after close': 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  'rubbish after close': 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\nrubbish',
  'chunked not last': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'version 1.9': 'HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n',
  'LF without CR': 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  'CR without LF': 'HTTP/1.1 200 OK\r\nX: a\rContent-Length: 0\r\n\r\n',
  'a space after a size': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n',
  'data without CRLF': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n',
};

const FLAGS = [
  'None',
  'Headers',
  'ChunkedLength',
  'KeepAlive',
  'TransferEncoding',
  'Version',
  'DataAfterClose',
  'OptionalLFAfterCR',
  'OptionalCRLFAfterChunk',
  'OptionalCRBeforeLF',
  'SpacesAfterChunkSize',
  'All',
];

/** Everything the parser tells of `text`, as one line. */
function parse(type, text, lenient) {
  const parser = new HTTPParser();
  parser.initialize(type, {}, 16_384, lenient);
  const told = [];
  parser[HTTPParser.kOnHeaders | 0] = (headers) => told.push(`trailers ${headers.join('|')}`);
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, headers, method, url, status, reason, upgrade, keep) => {
    told.push(`head ${major}.${minor} ${url ?? status} ${(headers ?? []).join('|')} ${upgrade} ${keep}`);
  };
  parser[HTTPParser.kOnBody | 0] = (chunk) => told.push(`body ${chunk.toString('latin1')}`);
  parser[HTTPParser.kOnMessageComplete | 0] = () => told.push('end');
  const result = parser.execute(Buffer.from(text, 'latin1'));
  told.push(typeof result === 'number' ? `${result} bytes` : `${result.code} at ${result.bytesParsed}`);
  parser.close();
  return told.join(', ');
}

/** Case -> flag -> what is told; flags that change nothing are left out. */
function outcomes() {
  const all = [];
  for (const [kind, type, cases] of [
    ['request', HTTPParser.REQUEST, requests],
    ['response', HTTPParser.RESPONSE, responses],
  ]) {
    for (const [name, text] of Object.entries(cases)) {
      const told = {};
      for (const flag of FLAGS) {
        const line = parse(type, text, HTTPParser[`kLenient${flag}`]);
        if (line !== told.None) told[flag] = line;
      }
      all.push([`${kind}: ${name}`, told]);
    }
  }
  return all;
}

module.exports = { outcomes };

if (require.main === module) {
  const lines = outcomes().map((entry) => `${JSON.stringify(entry)}\n`);
  fs.writeFileSync(path.join(process.argv[2], 'leniency.jsonl'), lines.join(''));
}
