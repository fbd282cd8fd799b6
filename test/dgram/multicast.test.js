// Multicast on the loopback interface.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const { once } = require('node:events');

const GROUP = '239.255.0.17';
const SOURCE_GROUP = '232.1.1.17';
const LOOPBACK = '127.0.0.1';

async function listening(t) {
  const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  t.after(() => socket.close());
  socket.bind(0);
  await once(socket, 'listening');
  return socket;
}

/** Whether this machine's kernel joins groups on loopback; sandboxes may not. */
async function canMulticast() {
  const socket = dgram.createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  try {
    socket.setMulticastInterface(LOOPBACK);
    socket.addMembership(GROUP, LOOPBACK);
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

test('members of a group hear it until they leave', async (t) => {
  if (!(await canMulticast())) return t.skip('no multicast here');
  const member = await listening(t);
  member.addMembership(GROUP, LOOPBACK);
  assert.throws(() => member.addMembership(GROUP, LOOPBACK), { code: 'EADDRINUSE', syscall: 'addMembership' });
  const sender = await listening(t);
  sender.setMulticastInterface(LOOPBACK);
  sender.setMulticastLoopback(true);
  const arrived = once(member, 'message');
  sender.send('to all', member.address().port, GROUP);
  const [message] = await arrived;
  assert.strictEqual(message.toString(), 'to all');
  member.dropMembership(GROUP, LOOPBACK);
  assert.throws(() => member.dropMembership(GROUP, LOOPBACK), { code: 'EADDRNOTAVAIL', syscall: 'dropMembership' });
});

test('membership of one source', async (t) => {
  if (!(await canMulticast())) return t.skip('no multicast here');
  const member = await listening(t);
  try {
    member.addSourceSpecificMembership(LOOPBACK, SOURCE_GROUP, LOOPBACK);
  } catch (error) {
    return t.skip(`no source-specific multicast here: ${error.code}`);
  }
  const sender = await listening(t);
  sender.setMulticastInterface(LOOPBACK);
  const arrived = once(member, 'message');
  sender.send('from me', member.address().port, SOURCE_GROUP);
  const [message] = await arrived;
  assert.strictEqual(message.toString(), 'from me');
  member.dropSourceSpecificMembership(LOOPBACK, SOURCE_GROUP, LOOPBACK);
});
