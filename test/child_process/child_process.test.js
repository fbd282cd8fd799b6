'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { promisify } = require('node:util');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

test('spawnSync: input, output, status, signal', () => {
  const echoed = spawnSync('cat', { input: 'hello', encoding: 'utf8' });
  assert.deepStrictEqual([echoed.status, echoed.signal, echoed.stdout, echoed.stderr], [0, null, 'hello', '']);
  assert.strictEqual(spawnSync('sh', ['-c', 'exit 3']).status, 3);
  const killed = spawnSync('sh', ['-c', 'kill -9 $$']);
  assert.deepStrictEqual([killed.status, killed.signal], [null, 'SIGKILL']);
  const { error } = spawnSync('no-such-program-here', ['x']);
  assert.strictEqual(error.code, 'ENOENT');
  assert.strictEqual(error.syscall, 'spawnSync no-such-program-here');
  assert.deepStrictEqual(error.spawnargs, ['x']);
});

test('spawnSync: time and size limits', () => {
  const late = spawnSync('sleep', ['10'], { timeout: 50 });
  assert.strictEqual(late.error.code, 'ETIMEDOUT');
  assert.strictEqual(late.signal, 'SIGTERM');
  const large = spawnSync('yes', { maxBuffer: 10 });
  assert.strictEqual(large.error.code, 'ENOBUFS');
  assert.ok(large.stdout.length >= 10);
});

test('execSync and execFileSync give the output or throw', () => {
  assert.strictEqual(execSync('echo $((1+2))', { encoding: 'utf8' }), '3\n');
  assert.strictEqual(execFileSync('printf', ['%s', 'a b']).toString(), 'a b');
  assert.throws(
    () => execSync('echo oops >&2; exit 2', { stdio: 'pipe' }),
    (error) => {
      assert.strictEqual(error.status, 2);
      assert.match(error.message, /^Command failed: echo oops >&2; exit 2\noops/);
      return true;
    },
  );
});

test('spawn: streams and the order of events', async () => {
  const child = spawn('cat');
  const events = [];
  for (const name of ['spawn', 'exit', 'close']) child.on(name, (...args) => events.push([name, ...args]));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  child.stdin.end('through the pipe');
  await once(child, 'close');
  assert.strictEqual(text, 'through the pipe');
  assert.deepStrictEqual(events, [['spawn'], ['exit', 0, null], ['close', 0, null]]);
  assert.ok(child.pid > 0);
});

test('spawn: a missing program is an error event', async () => {
  const child = spawn('no-such-program-here', ['a']);
  const [error] = await once(child, 'error');
  assert.strictEqual(error.message, 'spawn no-such-program-here ENOENT');
  assert.deepStrictEqual(error.spawnargs, ['a']);
  assert.strictEqual(child.pid, undefined);
});

test('kill, timeout and AbortSignal', async () => {
  const killed = spawn('sleep', ['10']);
  assert.ok(killed.kill('SIGINT'));
  assert.deepStrictEqual(await once(killed, 'exit'), [null, 'SIGINT']);
  const late = spawn('sleep', ['10'], { timeout: 20, killSignal: 'SIGKILL' });
  assert.deepStrictEqual(await once(late, 'exit'), [null, 'SIGKILL']);
  const abort = new AbortController();
  const aborted = spawn('sleep', ['10'], { signal: abort.signal });
  const failed = once(aborted, 'error');
  abort.abort();
  const [error] = await failed;
  assert.strictEqual(error.name, 'AbortError');
  assert.throws(() => killed.kill('NO_SUCH_SIGNAL'), { code: 'ERR_UNKNOWN_SIGNAL' });
});

test('exec and execFile, promised', async () => {
  assert.deepStrictEqual(await promisify(exec)('printf out; printf err >&2'), { stdout: 'out', stderr: 'err' });
  await assert.rejects(promisify(execFile)('sh', ['-c', 'printf x; exit 4']), {
    code: 4,
    stdout: 'x',
    killed: false,
    cmd: 'sh -c printf x; exit 4',
  });
  await assert.rejects(promisify(exec)('yes', { maxBuffer: 100 }), { code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' });
});

test('arguments are checked', () => {
  assert.throws(() => spawn(''), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => spawn('a\0'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => spawn('a', 'b'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => spawn('a', { stdio: 'nonsense' }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => spawnSync('a', { timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' });
});

for (const serialization of ['json', 'advanced']) {
  test(`fork: messages both ways (${serialization})`, async (t) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-fork-'));
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const file = path.join(directory, 'child.js');
    fs.writeFileSync(
      file,
      "process.on('message', (m) => { process.send({ got: m }); if (m === 'end') process.disconnect(); });",
    );
    const child = fork(file, [], { serialization });
    const messages = [];
    child.on('message', (message) => messages.push(message));
    child.send({ a: [1, 'ü'] });
    child.send('end');
    await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    assert.deepStrictEqual(messages, [{ got: { a: [1, 'ü'] } }, { got: 'end' }]);
    assert.strictEqual(child.connected, false);
    assert.strictEqual(child.exitCode, 0);
  });
}

test('a connection that was sent to a child counts until it closes there', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-fork-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const file = path.join(directory, 'child.js');
  fs.writeFileSync(
    file,
    `let socket;
     process.on('message', (m, handle) => {
       if (handle) { socket = handle; socket.write('from the child'); process.send('got it'); }
       else { socket.on('close', () => process.send('closed')); socket.destroy(); }
     });`,
  );
  const child = fork(file);
  const server = net.createServer((socket) => child.send('take it', socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect(server.address().port, '127.0.0.1');
  const [data] = await once(client, 'data');
  assert.strictEqual(data.toString(), 'from the child');
  assert.strictEqual(await promisify(server.getConnections).call(server), 1);
  server.close();
  child.send('close');
  await Promise.all([once(server, 'close'), once(client, 'close')]);
  child.disconnect();
  await once(child, 'exit');
});

test('without descriptors spawn() emits an error', () => {
  const program = `
    const fs = require('fs');
    const fds = [];
    try { for (;;) fds.push(fs.openSync('/dev/null')); } catch {}
    const child = require('child_process').spawn('true');
    child.on('error', (error) => console.log(error.code, child.stdin));
    fs.closeSync(fds.pop());`;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -n 100; exec "$0" -e "$1"', process.execPath, program]);
  assert.strictEqual(stdout.toString(), 'EMFILE undefined\n');
});

test('channels about child processes', () => {
  const channels = require('node:diagnostics_channel');
  const { spawn } = require('node:child_process');
  const seen = [];
  const created = ({ process }) => seen.push(['created', process.constructor.name]);
  const note = (name) => (message) => seen.push([name, ...Object.keys(message)]);
  const tracing = channels.tracingChannel('child_process.spawn');
  const handlers = { start: note('start'), end: note('end'), error: note('error') };
  channels.subscribe('child_process', created);
  tracing.subscribe(handlers);
  spawn('true');
  spawn('there-is-no-such-program').on('error', () => {});
  channels.unsubscribe('child_process', created);
  tracing.unsubscribe(handlers);
  assert.deepStrictEqual(seen, [
    ['created', 'ChildProcess'],
    ['start', 'process', 'options'],
    ['end', 'process'],
    ['created', 'ChildProcess'],
    ['start', 'process', 'options'],
    ['error', 'process', 'error'],
  ]);
});
