import assert from 'node:assert';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { run, serve } from './harness.mjs';

// The client of ws against its own server, and against that of vireo:serve.
for (const name of process.env.VIREO ? ['ws'] : ['ws', 'ws_native']) {
  describe(name, () => {
    let app;
    before(async () => {
      app = await serve(name);
    });
    after(async () => {
      assert.strictEqual((await app.stop()).code, 0);
    });

    async function connect(options) {
      const socket = new WebSocket(`ws://127.0.0.1:${app.port}/echo`, options);
      const [welcome] = await once(socket, 'message');
      assert.strictEqual(String(welcome), 'welcome /echo');
      return socket;
    }

    for (const perMessageDeflate of [false, true]) {
      test(`echo of text and of 1 MB binary frames, ${perMessageDeflate ? 'with' : 'without'} permessage-deflate`, async () => {
        const socket = await connect({ perMessageDeflate });
        assert.strictEqual(socket.extensions.includes('permessage-deflate'), perMessageDeflate);
        socket.send('grüße');
        const [text, isBinary] = await once(socket, 'message');
        assert.strictEqual(String(text), 'grüße');
        assert.strictEqual(isBinary, false);
        const megabyte = randomBytes(1 << 20);
        for (let i = 0; i < 5; i++) {
          socket.send(megabyte);
          const [data] = await once(socket, 'message');
          assert.ok(megabyte.equals(data));
        }
        socket.ping('beat');
        assert.strictEqual(String((await once(socket, 'pong'))[0]), 'beat');
        socket.close(1000, 'done');
        const [code, reason] = await once(socket, 'close');
        assert.strictEqual(code, 1000);
        assert.strictEqual(String(reason), 'done');
      });
    }

    test('limits, and plain HTTP beside the sockets', async () => {
      const socket = await connect();
      socket.send(Buffer.alloc(5 << 20));
      assert.strictEqual((await once(socket, 'close'))[0], 1009);
      assert.strictEqual(await (await fetch(app.url)).text(), 'plain http');
      const refused = new WebSocket(`ws://127.0.0.1:${app.port}/elsewhere`);
      assert.match((await once(refused, 'error'))[0].message, /400/);
    });
  });
}

test('the client of ws', async () => {
  const app = await serve('ws');
  const { code, stdout, stderr } = await run(['apps/ws_client.js', String(app.port)]);
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(stdout, 'welcome /echo\nfrom vireo\nclosed 1005\n');
  await app.stop();
});

test('the global WebSocket', async () => {
  const app = await serve('ws');
  const { code, stdout, stderr } = await run(['apps/websocket_client.js', String(app.port)]);
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(stdout, 'welcome /echo true\ngrüße\n1048576 true\nclosed 3000 done true\n');
  await app.stop();
});
