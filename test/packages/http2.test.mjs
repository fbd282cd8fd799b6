// curl and nghttp2's own clients (Debian's curl and nghttp2-client) against our server.
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { serve } from './harness.mjs';

const exec = promisify(execFile);
const curl = async (...args) => (await exec('curl', ['-sS', ...args], { maxBuffer: 1e8 })).stdout;

let plain;
let secure;
let directory;
before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'h2-'));
  const key = path.join(directory, 'key.pem');
  const cert = path.join(directory, 'cert.pem');
  await exec(
    'openssl',
    [
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost'.split(' '),
      ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ].flat(),
  );
  plain = await serve('http2');
  secure = await serve('http2', { KEY: key, CERT: cert });
  secure.url = `https://localhost:${secure.port}`;
  secure.curl = (...args) => curl('--cacert', cert, '--resolve', `localhost:${secure.port}:127.0.0.1`, ...args);
});
after(async () => {
  assert.strictEqual((await plain.stop()).code, 0);
  assert.strictEqual((await secure.stop()).code, 0);
  rmSync(directory, { recursive: true });
});

test('curl, h2c with prior knowledge', async () => {
  const h2c = (...args) => curl('--http2-prior-knowledge', ...args);
  assert.strictEqual(await h2c(plain.url), 'hello over 2.0');
  const headers = await h2c('-D', '-', '-o', '/dev/null', plain.url);
  assert.match(headers, /^HTTP\/2 200/);
  assert.match(headers, /x-version: 2\.0/);
  assert.strictEqual((await h2c(`${plain.url}/large`)).length, 5_000_000);
  const file = path.join(directory, 'upload');
  writeFileSync(file, Buffer.alloc(3_000_000));
  assert.strictEqual(await h2c('--data-binary', `@${file}`, `${plain.url}/upload`), '3000000');
  const app = readFileSync(new URL('apps/http2.js', import.meta.url), 'utf8');
  assert.strictEqual(await h2c(`${plain.url}/file`), app);
});

test('curl over TLS: ALPN chooses h2, or HTTP/1.1', async () => {
  assert.strictEqual(await secure.curl('--http2', secure.url), 'hello over 2.0');
  assert.strictEqual(await secure.curl('--http1.1', secure.url), 'hello over 1.1');
  assert.strictEqual((await secure.curl('--http2', `${secure.url}/large`)).length, 5_000_000);
});

test('nghttp: trailers, push', async () => {
  const { stdout } = await exec('nghttp', ['-v', plain.url]);
  assert.match(stdout, /x-end: yes/);
  const { stdout: pushed } = await exec('nghttp', ['-v', `${plain.url}/push`]);
  assert.match(pushed, /recv PUSH_PROMISE/);
  assert.match(pushed, /body \{\}/);
});

test('h2load: many requests on many streams', async () => {
  for (const url of [plain.url, `https://127.0.0.1:${secure.port}`]) {
    const { stdout } = await exec('h2load', ['-n', '5000', '-c', '5', '-m', '50', url]);
    assert.match(stdout, /5000 succeeded, 0 failed, 0 errored/);
  }
});
