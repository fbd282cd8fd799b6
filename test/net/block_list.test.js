// net.BlockList and net.SocketAddress.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { BlockList, SocketAddress } = require('node:net');

test('addresses, ranges and subnets', () => {
  const list = new BlockList();
  list.addAddress('1.1.1.1');
  list.addAddress(new SocketAddress({ address: '1.1.1.2' }));
  list.addRange('10.0.0.5', '10.0.0.9');
  list.addSubnet('192.168.77.1', 16);
  list.addAddress('2001:db8::1', 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  list.addRange('::5', '::9', 'IPv6');
  for (const blocked of ['1.1.1.1', '1.1.1.2', '10.0.0.5', '10.0.0.7', '10.0.0.9', '192.168.0.0', '192.168.255.255']) {
    assert.ok(list.check(blocked), blocked);
    assert.ok(list.check(`::ffff:${blocked}`, 'ipv6'), blocked);
  }
  for (const free of ['1.1.1.3', '10.0.0.4', '10.0.0.10', '192.167.255.255', '192.169.0.0', 'nobody', '']) {
    assert.ok(!list.check(free), free);
  }
  for (const blocked of ['2001:db8::1', '2001:0db8:0::1', 'fe80::', 'febf:ffff::', '::5', '::9']) {
    assert.ok(list.check(blocked, 'ipv6'), blocked);
  }
  for (const free of ['2001:db8::2', 'fec0::', '::4', '::a', '::1.1.1.1', '1.1.1.1'])
    assert.ok(!list.check(free, 'ipv6'), free);
  assert.deepStrictEqual(
    list.rules.filter((rule) => rule.includes('IPv4')),
    ['Address: IPv4 1.1.1.2', 'Address: IPv4 1.1.1.1', 'Subnet: IPv4 192.168.77.1/16', 'Range: IPv4 10.0.0.5-10.0.0.9'],
  );
});

test('every prefix length', () => {
  for (let bits = 0; bits <= 32; bits++) {
    const list = new BlockList();
    list.addSubnet('85.170.85.170', bits);
    const value = 0x55aa55aa;
    for (let flip = 0; flip < 32; flip++) {
      const other = (value ^ (1 << (31 - flip))) >>> 0;
      const text = [24, 16, 8, 0].map((shift) => (other >>> shift) & 255).join('.');
      assert.strictEqual(list.check(text), flip >= bits, `${text}/${bits}`);
    }
  }
});

test('IPv4 inside IPv6', () => {
  const list = new BlockList();
  list.addAddress('::ffff:1.1.1.1', 'ipv6');
  list.addSubnet('::ffff:2.2.0.0', 112, 'ipv6');
  assert.ok(list.check('1.1.1.1'));
  assert.ok(list.check('2.2.9.9'));
  assert.ok(!list.check('2.3.0.0'));
  list.addSubnet('::', 0, 'ipv6');
  assert.ok(list.check('9.9.9.9'));
});

test('rules as text and back', () => {
  const list = new BlockList();
  list.addAddress('1.1.1.1');
  list.addRange('::1', '::5', 'ipv6');
  list.addSubnet('3.3.0.0', 16);
  const copy = new BlockList();
  copy.fromJSON(JSON.stringify(list));
  copy.fromJSON(['nonsense', 'Address: IPv4 nobody']);
  assert.deepStrictEqual(copy.rules, list.rules);
  assert.deepStrictEqual(copy.toJSON(), list.rules);
  assert.throws(() => copy.fromJSON(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => copy.fromJSON([5]), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => copy.fromJSON('x'), SyntaxError);
  assert.match(require('node:util').inspect(list), /^BlockList \{\n {2}rules: \[/);
});

test('removing, CIDR notation, many at once', { skip: !BlockList.prototype.addCIDR }, () => {
  const list = new BlockList();
  list.addAddresses(['1.1.1.1', '1.1.1.2']);
  list.addCIDRs(['10.0.0.0/8', 'fe80::/10']);
  list.addCIDR('10.0.0.0/8');
  list.addRange('2.2.2.2', '2.2.2.9');
  assert.strictEqual(list.size, 6);
  list.removeCIDR('10.0.0.0/8');
  assert.ok(list.check('10.1.1.1'), 'there were two');
  list.removeSubnet('10.0.0.0', 8);
  assert.ok(!list.check('10.1.1.1'));
  list.removeAddress('1.1.1.1');
  list.removeAddress('9.9.9.9');
  list.removeRange('2.2.2.2', '2.2.2.8');
  assert.deepStrictEqual(list.rules, [
    'Address: IPv4 1.1.1.2',
    'Subnet: IPv6 fe80::/10',
    'Range: IPv4 2.2.2.2-2.2.2.9',
  ]);
  // Nothing of a list that is partly wrong.
  assert.throws(() => list.addAddresses(['5.5.5.5', 'x']), { code: 'ERR_INVALID_ADDRESS' });
  assert.throws(() => list.addCIDRs(['5.0.0.0/8', 'x']), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.strictEqual(list.size, 3);
  list.clear();
  assert.strictEqual(list.size, 0);
  assert.ok(!list.check('1.1.1.2'));
  list.addCIDRs(BlockList.PRIVATE_RANGES);
  for (const local of ['10.9.9.9', '172.31.0.1', '192.168.0.1', '127.0.0.1', '169.254.169.254'])
    assert.ok(list.check(local));
  assert.ok(!list.check('8.8.8.8'));
  for (const bad of ['1.1.1.1', '1.1.1.1/', '1.1.1.1/x', '1.1.1.1/08', '1.1.1.1/ 8']) {
    assert.throws(() => list.addCIDR(bad), { code: 'ERR_INVALID_ARG_VALUE' }, bad);
  }
  assert.throws(() => list.addCIDR('1.1.1.1/33'), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => list.addCIDR(5), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('bad arguments', () => {
  const list = new BlockList();
  assert.throws(() => list.addAddress('x'), { code: 'ERR_INVALID_ADDRESS' });
  assert.throws(() => list.addAddress(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => list.addAddress('1.1.1.1', 'x'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => list.addRange('1.1.1.2', '1.1.1.1'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => list.addSubnet('1.1.1.1', 33), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => list.addSubnet('1.1.1.1', '8'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => list.check(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.ok(BlockList.isBlockList(list));
  for (const other of [{}, null, undefined, 5]) assert.ok(!BlockList.isBlockList(other));
});

test('SocketAddress', () => {
  assert.deepStrictEqual(new SocketAddress().toJSON?.() ?? { ...new SocketAddress() }, {
    address: '127.0.0.1',
    port: 0,
    family: 'ipv4',
    flowlabel: 0,
  });
  const six = new SocketAddress({ family: 'IPv6', address: '0:0::1', port: 80, flowlabel: 5 });
  assert.deepStrictEqual([six.address, six.port, six.family, six.flowlabel], ['::1', 80, 'ipv6', 5]);
  for (const [text, address, port] of [
    ['1.2.3.4', '1.2.3.4', 0],
    ['1.2.3.4:5', '1.2.3.4', 5],
    ['[::1]:5', '::1', 5],
    ['[::1]', '::1', 0],
  ]) {
    const parsed = SocketAddress.parse(text);
    assert.deepStrictEqual([parsed.address, parsed.port], [address, port]);
  }
  for (const text of ['', 'x', '::1', '[::1', '1.2.3.4:99999', '256.1.1.1'])
    assert.strictEqual(SocketAddress.parse(text), undefined);
  assert.throws(() => new SocketAddress({ address: '::1' }), { code: 'ERR_INVALID_ADDRESS' });
  assert.throws(() => new SocketAddress({ port: -1 }), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => new SocketAddress({ family: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => new SocketAddress(5), { code: 'ERR_INVALID_ARG_TYPE' });
});
