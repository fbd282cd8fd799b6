// A name server of our own on loopback, over UDP and TCP. It answers what its table says, to the letter of RFC 1035, or
// hands a question to a function that answers with any bytes.
'use strict';

const dgram = require('node:dgram');
const net = require('node:net');
const { once } = require('node:events');

const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  TLSA: 52,
  ANY: 255,
  CAA: 257,
};
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };

const u8 = (value) => Buffer.from([value]);
const u16 = (value) => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value) => Buffer.from([value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]);
const text = (value) => Buffer.concat([u8(Buffer.byteLength(value)), Buffer.from(value)]);

/** Labels without compression. */
function name(value) {
  const labels = value.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(text), u8(0)]);
}

function ipv6(address) {
  const [head, tail = ''] = address.split('::');
  const words = (half) => half.split(':').filter((word) => word !== '');
  const left = words(head);
  const right = words(tail);
  const all = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return Buffer.concat(all.map((word) => u16(parseInt(word, 16))));
}

const DATA = {
  A: ({ address }) => Buffer.from(address.split('.').map(Number)),
  AAAA: ({ address }) => ipv6(address),
  CNAME: ({ value }) => name(value),
  NS: ({ value }) => name(value),
  PTR: ({ value }) => name(value),
  MX: ({ priority, exchange }) => Buffer.concat([u16(priority), name(exchange)]),
  TXT: ({ entries }) =>
    Buffer.concat(entries.map((entry) => Buffer.concat([u8(Buffer.from(entry).length), Buffer.from(entry)]))),
  SRV: (r) => Buffer.concat([u16(r.priority), u16(r.weight), u16(r.port), name(r.name)]),
  NAPTR: (r) =>
    Buffer.concat([
      u16(r.order),
      u16(r.preference),
      text(r.flags),
      text(r.service),
      text(r.regexp),
      name(r.replacement),
    ]),
  SOA: (r) =>
    Buffer.concat([
      name(r.nsname),
      name(r.hostmaster),
      u32(r.serial),
      u32(r.refresh),
      u32(r.retry),
      u32(r.expire),
      u32(r.minttl),
    ]),
  CAA: (r) => Buffer.concat([u8(r.critical), text(r.tag), Buffer.from(r.value)]),
  TLSA: (r) => Buffer.concat([u8(r.certUsage), u8(r.selector), u8(r.match), Buffer.from(r.data)]),
};

/** One resource record; `record.type` may be a number, with `record.raw` as its data. */
function encodeRecord(record, owner) {
  const type = TYPES[record.type] ?? record.type;
  const data = record.raw ?? DATA[record.type](record);
  return Buffer.concat([name(record.owner ?? owner), u16(type), u16(1), u32(record.ttl ?? 60), u16(data.length), data]);
}

/** {id, name, type, class, raw}: the (single) question of a query. */
function decodeQuestion(message) {
  const labels = [];
  let at = 12;
  while (message[at] !== 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
    at += 1 + message[at];
  }
  return {
    id: message.readUInt16BE(0),
    flags: message.readUInt16BE(2),
    additional: message.readUInt16BE(10),
    name: labels.join('.'),
    type: message.readUInt16BE(at + 1),
    raw: message.subarray(12, at + 5),
  };
}

/** An answer to `question`. */
function encodeAnswer(question, { records = [], rcode = 0, truncated = false, counts } = {}) {
  const flags = 0x8180 | (truncated ? 0x200 : 0) | rcode;
  const [answers = records.length, authorities = 0, additional = 0] = counts ?? [];
  return Buffer.concat([
    u16(question.id),
    u16(flags),
    u16(1),
    u16(answers),
    u16(authorities),
    u16(additional),
    question.raw,
    ...records.map((record) => encodeRecord(record, question.name)),
  ]);
}

/**
 * @param {(question: object, transport: 'udp' | 'tcp') => Buffer | object | undefined} answer bytes, what
 * encodeAnswer() takes, or nothing
 */
async function listen(answer) {
  const questions = [];
  const reply = (message, transport) => {
    const question = decodeQuestion(message);
    questions.push({ ...question, transport });
    const result = answer(question, transport);
    return result === undefined || Buffer.isBuffer(result) ? result : encodeAnswer(question, result);
  };
  const tcp = net.createServer((socket) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const size = pending.readUInt16BE(0);
        const bytes = reply(pending.subarray(2, 2 + size), 'tcp');
        pending = pending.subarray(2 + size);
        if (bytes !== undefined) socket.write(Buffer.concat([u16(bytes.length), bytes]));
      }
    });
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address();
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, peer) => {
    const bytes = reply(message, 'udp');
    if (bytes !== undefined) udp.send(bytes, peer.port, peer.address);
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  return {
    address: `127.0.0.1:${port}`,
    port,
    questions,
    close() {
      udp.close();
      tcp.close();
    },
  };
}

module.exports = { RCODES, TYPES, encodeAnswer, encodeRecord, listen, name, u16, u32, u8 };
