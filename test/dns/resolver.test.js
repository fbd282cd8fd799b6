// dns.Resolver against a name server of our own.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const dns = require('node:dns');
const { promisify } = require('node:util');
const { TYPES, encodeAnswer, listen, name } = require('./name_server.js');

const RECORDS = [
  { type: 'A', address: '1.2.3.4', ttl: 100 },
  { type: 'A', address: '1.2.3.5', ttl: 50 },
  { type: 'AAAA', address: '2001:db8::1', ttl: 7 },
  { type: 'MX', priority: 10, exchange: 'mx.example.org' },
  { type: 'NS', value: 'ns1.example.org' },
  { type: 'TXT', entries: ['a', 'b\0c', ''] },
  { type: 'TXT', entries: ['second'] },
  { type: 'SRV', priority: 1, weight: 2, port: 3, name: 'srv.example.org' },
  { type: 'PTR', value: 'ptr.example.org' },
  { type: 'NAPTR', order: 1, preference: 2, flags: 's', service: 'SIP+D2U', regexp: 're', replacement: 'sip.org' },
  {
    type: 'SOA',
    nsname: 'ns.x',
    hostmaster: 'root.x',
    serial: 2 ** 32 - 1,
    refresh: 2,
    retry: 3,
    expire: 4,
    minttl: 5,
  },
  { type: 'CAA', critical: 0, tag: 'issue', value: 'ca.example' },
  { type: 'CAA', critical: 128, tag: 'iodef', value: 'mailto:a@b' },
  { type: 'TLSA', certUsage: 3, selector: 1, match: 1, data: [1, 2, 3] },
];

const ofType = (type) => RECORDS.filter((record) => type === TYPES.ANY || TYPES[record.type] === type);

async function resolver(t, answer, options = {}) {
  const server = await listen(answer);
  t.after(() => server.close());
  const made = new dns.promises.Resolver({ timeout: 200, tries: 2, ...options });
  made.setServers([server.address]);
  return { server, resolver: made };
}

test('every type of record', async (t) => {
  const { resolver: r } = await resolver(t, ({ type }) => ({ records: ofType(type) }));
  assert.deepStrictEqual(await r.resolve4('example.org'), ['1.2.3.4', '1.2.3.5']);
  assert.deepStrictEqual(await r.resolve4('example.org', { ttl: true }), [
    { address: '1.2.3.4', ttl: 100 },
    { address: '1.2.3.5', ttl: 50 },
  ]);
  assert.deepStrictEqual(await r.resolve6('example.org'), ['2001:db8::1']);
  assert.deepStrictEqual(await r.resolve6('example.org', { ttl: true }), [{ address: '2001:db8::1', ttl: 7 }]);
  const mx = { exchange: 'mx.example.org', priority: 10, type: 'MX' };
  assert.deepStrictEqual(await r.resolveMx('example.org'), [mx]);
  assert.deepStrictEqual(await r.resolveNs('example.org'), ['ns1.example.org']);
  assert.deepStrictEqual(await r.resolveTxt('example.org'), [['a', 'b\0c', ''], ['second']]);
  const srv = { name: 'srv.example.org', port: 3, priority: 1, weight: 2, type: 'SRV' };
  assert.deepStrictEqual(await r.resolveSrv('example.org'), [srv]);
  assert.deepStrictEqual(await r.resolvePtr('example.org'), ['ptr.example.org']);
  const [naptr] = await r.resolveNaptr('example.org');
  const service = { flags: 's', service: 'SIP+D2U', regexp: 're', replacement: 'sip.org', order: 1, preference: 2 };
  assert.deepStrictEqual({ ...naptr, type: 'NAPTR' }, { ...service, type: 'NAPTR' });
  const soa = await r.resolveSoa('example.org');
  assert.strictEqual(soa.serial, 2 ** 32 - 1);
  assert.strictEqual(soa.hostmaster, 'root.x');
  assert.deepStrictEqual(await r.resolveCaa('example.org'), [
    { critical: 0, type: 'CAA', issue: 'ca.example' },
    { critical: 128, type: 'CAA', iodef: 'mailto:a@b' },
  ]);
  const [tlsa] = await r.resolveTlsa('example.org');
  assert.ok(tlsa.data instanceof ArrayBuffer);
  assert.deepStrictEqual(
    { ...tlsa, data: [...new Uint8Array(tlsa.data)] },
    { certUsage: 3, selector: 1, match: 1, data: [1, 2, 3] },
  );

  const any = (await r.resolveAny('example.org')).map(({ type }) => type);
  for (const type of ['A', 'AAAA', 'MX', 'NS', 'TXT', 'SRV', 'PTR', 'NAPTR', 'SOA', 'CAA'])
    assert.ok(any.includes(type), type);
  for (const type of Object.keys(TYPES).filter((each) => each !== 'CNAME')) {
    const method = { A: 'resolve4', AAAA: 'resolve6' }[type] ?? `resolve${type[0]}${type.slice(1).toLowerCase()}`;
    assert.deepStrictEqual(await r.resolve('example.org', type), await r[method]('example.org'), type);
  }
  assert.deepStrictEqual(await r.resolve('example.org'), ['1.2.3.4', '1.2.3.5']);
});

test('aliases', async (t) => {
  const records = [
    { type: 'CNAME', value: 'b.org', ttl: 5 },
    { type: 'A', owner: 'b.org', address: '9.9.9.8', ttl: 500 },
  ];
  const { resolver: r } = await resolver(t, () => ({ records }));
  assert.deepStrictEqual(await r.resolve4('a.org', { ttl: true }), [{ address: '9.9.9.8', ttl: 5 }]);
  assert.deepStrictEqual(await r.resolveCname('a.org'), ['b.org']);
  assert.deepStrictEqual(await r.resolveMx('a.org'), []);
});

test('names are sent as DNS writes them', async (t) => {
  const { server, resolver: r } = await resolver(t, ({ type }) => ({ records: ofType(type) }));
  await r.resolve4('españa.example');
  await r.resolve4('EXAMPLE.org.');
  await r.resolve4('under_score.org');
  assert.deepStrictEqual(
    server.questions.map((question) => question.name),
    ['xn--espaa-rta.example', 'example.org', 'under_score.org'],
  );
  for (const bad of ['a..b', 'a b', `${'x'.repeat(64)}.org`, `${'x.'.repeat(200)}org`]) {
    await assert.rejects(r.resolve4(bad), { code: 'EBADNAME', syscall: 'queryA', hostname: bad });
  }
});

test('reverse', async (t) => {
  const { server, resolver: r } = await resolver(t, () => ({
    records: [
      { type: 'PTR', value: 'one.org' },
      { type: 'PTR', value: 'two.org' },
    ],
  }));
  assert.deepStrictEqual(await r.reverse('10.1.2.3'), ['one.org', 'two.org']);
  assert.deepStrictEqual(await r.reverse('2001:db8::5'), ['one.org', 'two.org']);
  assert.strictEqual(server.questions[0].name, '3.2.1.10.in-addr.arpa');
  assert.match(server.questions[1].name, /^5\.0\.0\..*8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa$/);
  await assert.rejects(r.reverse('nobody'), { code: 'EINVAL', syscall: 'getHostByAddr', hostname: 'nobody' });
});

test('errors of the server', async (t) => {
  const { server, resolver: r } = await resolver(t, ({ name: asked }) => {
    if (asked === 'empty.org') return {};
    if (asked === 'other.org') return { records: [{ type: 'NS', value: 'x.y' }] };
    return { rcode: Number(asked[2]) };
  });
  const codes = { 1: 'EFORMERR', 2: 'ESERVFAIL', 3: 'ENOTFOUND', 4: 'ENOTIMP', 5: 'EREFUSED', 9: 'ENODATA' };
  for (const [rcode, code] of Object.entries(codes)) {
    const hostname = `rc${rcode}.org`;
    await assert.rejects(r.resolve4(hostname), {
      code,
      syscall: 'queryA',
      hostname,
      message: `queryA ${code} ${hostname}`,
    });
  }
  assert.strictEqual(server.questions.length, 6, 'a refusal is an answer');
  await assert.rejects(r.resolve4('empty.org'), { code: 'ENODATA' });
  await assert.rejects(r.resolve4('other.org'), { code: 'ENODATA' });
  await assert.rejects(r.resolveNs('empty.org'), { code: 'ENODATA' });
  await assert.rejects(r.resolveSoa('other.org'), { code: 'EBADRESP' });
});

test('a truncated answer is asked for again by TCP', async (t) => {
  const records = Array.from({ length: 200 }, (_, i) => ({ type: 'A', address: `10.0.0.${i}` }));
  const { server, resolver: r } = await resolver(t, (question, transport) =>
    transport === 'udp' ? { truncated: true } : { records },
  );
  assert.strictEqual((await r.resolve4('big.org')).length, 200);
  assert.deepStrictEqual(
    server.questions.map(({ transport }) => transport),
    ['udp', 'tcp'],
  );
});

test('time runs out, after as many tries as wanted', async (t) => {
  const { server, resolver: r } = await resolver(t, () => undefined, { timeout: 20, tries: 3 });
  await assert.rejects(r.resolve4('silent.org'), { code: 'ETIMEOUT' });
  assert.strictEqual(server.questions.length, 3);
});

test('a server that is not there', async () => {
  const r = new dns.promises.Resolver({ timeout: 200, tries: 1 });
  r.setServers(['127.0.0.1:1']);
  await assert.rejects(r.resolve4('a.org'), { code: 'ECONNREFUSED' });
});

test('the second server is asked when the first is silent', async (t) => {
  const silent = await listen(() => undefined);
  const talking = await listen(() => ({ records: ofType(TYPES.A) }));
  t.after(() => silent.close());
  t.after(() => talking.close());
  const r = new dns.promises.Resolver({ timeout: 50, tries: 4 });
  r.setServers([silent.address, talking.address]);
  assert.deepStrictEqual(await r.resolve4('a.org'), ['1.2.3.4', '1.2.3.5']);
});

test('cancel() ends what is open, and only that', async (t) => {
  const { resolver: r } = await resolver(t, ({ name: asked }) =>
    asked === 'silent.org' ? undefined : { records: ofType(TYPES.A) },
  );
  const open = [r.resolve4('silent.org'), r.resolveMx('silent.org'), r.reverse('10.9.8.7').catch((error) => error)];
  const settled = Promise.allSettled(open);
  r.cancel();
  const [first, second] = await settled;
  assert.strictEqual(first.reason.code, 'ECANCELLED');
  assert.strictEqual(second.reason.code, 'ECANCELLED');
  assert.strictEqual((await open[2]).code, 'ECANCELLED');
  assert.deepStrictEqual(await r.resolve4('a.org'), ['1.2.3.4', '1.2.3.5']);
});

test('callbacks come later, in the async context of the call', async (t) => {
  const { AsyncLocalStorage } = require('node:async_hooks');
  const storage = new AsyncLocalStorage();
  const { server } = await resolver(t, ({ type }) => ({ records: ofType(type) }));
  const r = new dns.Resolver();
  r.setServers([server.address]);
  for (const asked of ['a.org', 'a..b']) {
    let isLater = false;
    const store = await new Promise((resolve) => {
      storage.run(asked, () =>
        r.resolve4(asked, () => {
          assert.ok(isLater);
          resolve(storage.getStore());
        }),
      );
      isLater = true;
    });
    assert.strictEqual(store, asked);
  }
  assert.deepStrictEqual(await promisify(r.resolve4).call(r, 'a.org'), ['1.2.3.4', '1.2.3.5']);
  assert.throws(() => r.resolve4('a.org'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => r.resolve4(5, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => r.resolve('a.org', 'HINFO', () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => r.resolve('a.org', 5, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('servers', async () => {
  const r = new dns.Resolver();
  r.setServers(['1.2.3.4:53', '[::1]:5353', '5.6.7.8:99', '2001:db8::1', '[2001:db8::2]']);
  assert.deepStrictEqual(r.getServers(), ['1.2.3.4', '[::1]:5353', '5.6.7.8:99', '2001:db8::1', '2001:db8::2']);
  r.setServers([]);
  assert.deepStrictEqual(r.getServers(), []);
  for (const bad of [
    '',
    'localhost',
    '1.2.3.4:x',
    '::1:',
    '[::1',
    `${'['.repeat(1e5)}`,
    ':'.repeat(1e5),
    '1.2.3',
    '\0',
  ]) {
    assert.throws(() => r.setServers([bad]), { code: 'ERR_INVALID_IP_ADDRESS' }, bad.slice(0, 20));
  }
  assert.throws(() => r.setServers(['1.2.3.4:99999']), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => r.setServers([5]), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => r.setServers('1.2.3.4'), { code: 'ERR_INVALID_ARG_TYPE' });
  r.setServers(['127.0.0.1:1']);
  r.resolve4('a.org', () => {});
  assert.throws(() => r.setServers(['1.1.1.1']), { code: 'ERR_DNS_SET_SERVERS_FAILED' });
});

test('the local address', async (t) => {
  const { resolver: r } = await resolver(t, ({ type }) => ({ records: ofType(type) }));
  r.setLocalAddress('127.0.0.1');
  assert.deepStrictEqual(await r.resolve4('a.org'), ['1.2.3.4', '1.2.3.5']);
  for (const bad of [['bad'], ['127.0.0.1', '127.0.0.2'], ['::1', '::2'], ['127.0.0.1', 'bad']]) {
    assert.throws(() => r.setLocalAddress(...bad), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  assert.throws(() => r.setLocalAddress(), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('options', () => {
  for (const Kind of [dns.Resolver, dns.promises.Resolver]) {
    for (const bad of [{ timeout: -2 }, { timeout: 1.5 }, { tries: 0 }, { maxTimeout: -1 }, { maxTimeout: 2 ** 32 }]) {
      assert.throws(() => new Kind(bad), { code: 'ERR_OUT_OF_RANGE' });
    }
    for (const bad of [{ timeout: '1' }, { tries: null }, { maxTimeout: {} }]) {
      assert.throws(() => new Kind(bad), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    assert.ok(new Kind() instanceof Kind);
    assert.ok(new Kind({ timeout: 0, tries: 1, maxTimeout: 0 }).getServers().length > 0);
  }
});

test("the module's own functions, and servers changed while a question is open", async (t) => {
  const before = dns.getServers();
  t.after(() => dns.setServers(before));
  const slow = await listen(() => undefined);
  const quick = await listen(({ type }) => ({ records: ofType(type) }));
  t.after(() => slow.close());
  t.after(() => quick.close());
  dns.setServers([slow.address]);
  assert.deepStrictEqual(dns.promises.getServers(), [slow.address]);
  dns.resolve4('a.org', () => {});
  dns.setServers([quick.address]);
  assert.deepStrictEqual(dns.getServers(), [quick.address]);
  assert.deepStrictEqual(await dns.promises.resolve4('a.org'), ['1.2.3.4', '1.2.3.5']);
  assert.deepStrictEqual(await promisify(dns.resolve)('a.org', 'AAAA'), ['2001:db8::1']);
  assert.deepStrictEqual(await promisify(dns.resolve)('a.org'), ['1.2.3.4', '1.2.3.5']);
});

test('hostile answers', async (t) => {
  const answers = {
    'id.org': (q) => encodeAnswer({ ...q, id: q.id ^ 1 }, { records: ofType(TYPES.A) }),
    'question.org': (q) =>
      encodeAnswer({ ...q, raw: Buffer.concat([name('x.org'), q.raw.subarray(-4)]) }, { records: ofType(TYPES.A) }),
    'short.org': (q) => Buffer.from([q.id >> 8, q.id & 255, 0x81]),
    'empty.org': () => Buffer.alloc(0),
    'count.org': (q) => encodeAnswer(q, { records: ofType(TYPES.A), counts: [500] }),
    'loop.org': (q) =>
      Buffer.concat([
        encodeAnswer(q, { counts: [1] }),
        Buffer.from([0xc0, encodeAnswer(q).length, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4]),
      ]),
    'length.org': (q) => encodeAnswer(q, { records: [{ type: 'A', raw: Buffer.from([1, 2]) }] }),
    'txt.org': (q) => encodeAnswer(q, { records: [{ type: 'TXT', raw: Buffer.from([200, 1]) }] }),
  };
  const { resolver: r } = await resolver(t, (q) => (answers[q.name] ?? (() => undefined))(q), {
    timeout: 30,
    tries: 1,
  });
  for (const host of Object.keys(answers)) {
    await assert.rejects(r.resolveAny(host), ({ code }) => ['EBADRESP', 'ETIMEOUT', 'ENODATA'].includes(code), host);
  }
  // Every single byte of a good answer, changed.
  const good = { type: TYPES.ANY };
  let at = 0;
  let size;
  const { resolver: fuzzed } = await resolver(
    t,
    (q) => {
      const bytes = encodeAnswer(q, { records: ofType(good.type) });
      size = bytes.length;
      if (at > 1) bytes[at] ^= 0xff;
      return bytes;
    },
    { timeout: 5, tries: 1 },
  );
  do {
    await fuzzed.resolveAny('a.org').catch(({ code }) => assert.match(code, /^E/));
  } while (++at < size);
});

test('names of properties from the network are harmless', async (t) => {
  const { resolver: r } = await resolver(t, () => ({
    records: [{ type: 'CAA', critical: 0, tag: '__proto__', value: 'x' }],
  }));
  const [record] = await r.resolveCaa('a.org');
  assert.strictEqual(Object.getPrototypeOf(record), Object.prototype);
});
