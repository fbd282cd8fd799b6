// HTTPS and TLS with curl, OpenSSL's s_client and s_server, and nginx on the other side.
import assert from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificates } from './certificates.mjs';
import { run, serve } from './harness.mjs';

const execute = promisify(execFile);
let certificates;
let env;

before(async () => {
  certificates = await makeCertificates();
  env = { CERTIFICATES: certificates.folder };
});
after(() => certificates.remove());

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody listens. */
async function reachable(port) {
  for (let i = 0; i < 200; i++) {
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`nobody listens on ${port}`);
}

const cert = (name) => ['--cert', certificates.file(`${name}.pem`), '--key', certificates.file(`${name}-key.pem`)];
const curl = (...args) =>
  execute('curl', ['-sS', '--max-time', '20', '--cacert', certificates.file('ca.pem'), ...args]);

test('express, helmet and passport over HTTPS, with curl', async () => {
  const app = await serve('secure', env);
  const url = `https://localhost:${app.port}`;
  const at = ['--resolve', `localhost:${app.port}:127.0.0.1`];
  const { stdout: index } = await curl(...at, '-i', `${url}/`);
  assert.match(index, /^HTTP\/1\.1 200 OK/);
  for (const header of ['Strict-Transport-Security', 'Content-Security-Policy', 'X-Content-Type-Options: nosniff'])
    assert.match(index, new RegExp(`^${header}`, 'mi'));
  assert.doesNotMatch(index, /x-powered-by/i);
  assert.match(index, /"secure":true,"protocol":"TLSv1\.3"/);
  assert.match((await curl(...at, '--tls-max', '1.2', `${url}/`)).stdout, /TLSv1\.2/);

  const login = (body) => curl(...at, '-w', '%{http_code}', '--json', JSON.stringify(body), `${url}/login`);
  assert.strictEqual((await login({ username: 'ada', password: 'lovelace' })).stdout, '{"name":"ada"}200');
  assert.strictEqual((await login({ username: 'ada', password: 'wrong' })).stdout, 'Unauthorized401');

  // Client certificates: one of ours, one of strangers, none.
  assert.strictEqual((await curl(...at, ...cert('client'), `${url}/who`)).stdout, '{"name":"ada"}');
  assert.match(
    (await curl(...at, ...cert('stranger'), `${url}/who`)).stdout,
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO/,
  );
  assert.match((await curl(...at, `${url}/who`)).stdout, /error/);

  assert.strictEqual(
    (await curl(...at, '-o', '/dev/null', '-w', '%{size_download}', `${url}/large`)).stdout,
    '5000000',
  );
  const upload = certificates.file('upload');
  await fs.writeFile(upload, Buffer.alloc(3_000_000, 7));
  const put = await curl(
    ...at,
    '-H',
    'Content-Type: application/octet-stream',
    '--data-binary',
    `@${upload}`,
    `${url}/size`,
  );
  assert.strictEqual(put.stdout, '{"size":3000000}');
  // A name that is not in the certificate.
  await assert.rejects(
    curl('--resolve', `example.test:${app.port}:127.0.0.1`, `https://example.test:${app.port}/`),
    /does not match|no alternative certificate/,
  );
  assert.strictEqual((await app.stop()).code, 0);
});

/** What `openssl s_client` prints, after sending `input`. */
async function sClient(port, input, ...args) {
  const child = spawn(
    'openssl',
    ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', certificates.file('ca.pem'), ...args],
    {
      stdio: 'pipe',
    },
  );
  let output = '';
  const done = new Promise((resolve) => {
    const take = (chunk) => {
      output += chunk;
      if (output.includes(`\n${input}`)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {}).write(`${input}\n`);
  const timer = setTimeout(() => child.kill(), 10_000); // whoever was refused may wait for more
  await done;
  clearTimeout(timer);
  child.kill();
  return output;
}

test("OpenSSL's s_client", async () => {
  const app = await serve('tls_echo', env);
  for (const version of ['tls1_2', 'tls1_3']) {
    const output = await sClient(app.port, 'ping', `-${version}`, '-servername', 'localhost', '-alpn', 'echo/1');
    assert.match(output, /Verify(?: return code|ication)?: ?(?:0 \()?(?:ok|OK)/);
    assert.match(output, /ALPN protocol: echo\/1/);
    const facts = JSON.parse(/^\{.*\}$/m.exec(output)[0]);
    assert.strictEqual(facts.protocol, version === 'tls1_2' ? 'TLSv1.2' : 'TLSv1.3');
    assert.strictEqual(facts.servername, 'localhost');
    assert.strictEqual(facts.alpn, 'echo/1');
  }
  const files = ['-cert', certificates.file('client.pem'), '-key', certificates.file('client-key.pem')];
  assert.match(await sClient(app.port, 'ping', ...files), /"peer":"ada"/);
  // A session that is resumed.
  const session = certificates.file('session');
  await sClient(app.port, 'ping', '-tls1_2', '-sess_out', session);
  assert.match(await sClient(app.port, 'ping', '-tls1_2', '-sess_in', session), /"reused":true/);
  await app.stop();

  const strict = await serve('tls_echo', { ...env, REQUIRE: '1' });
  const strangers = ['-cert', certificates.file('stranger.pem'), '-key', certificates.file('stranger-key.pem')];
  assert.doesNotMatch(await sClient(strict.port, 'ping', '-tls1_2', ...strangers), /"protocol"/);
  assert.match(await sClient(strict.port, 'ping', ...files), /"peer":"ada"/);
  assert.match((await strict.stop()).output, /client error/);
});

test("OpenSSL's s_server", async () => {
  const port = await freePort();
  const server = spawn(
    'openssl',
    [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-www', '-Verify', '1', '-verify_return_error'],
      ...['-cert', certificates.file('server.pem'), '-key', certificates.file('server-key.pem')],
      ...['-CAfile', certificates.file('ca.pem')],
    ],
    { stdio: 'ignore' },
  );
  try {
    await reachable(port);
    const url = `https://localhost:${port}/`;
    const fetched = JSON.parse((await run(['apps/tls_client.js', url], { env: { ...env, AS: 'client' } })).stdout);
    assert.strictEqual(fetched.statusCode, 200);
    assert.match(fetched.body, /Protocol *: *TLSv1\.3/);
    const refused = JSON.parse((await run(['apps/tls_client.js', url], { env: { ...env, AS: 'stranger' } })).stdout);
    assert.match(refused.code, /ERR_SSL_|ECONNRESET|EPIPE/);
    const distrusted = { ...env, AS: 'client', CA: 'stranger-ca.pem' };
    const { code } = JSON.parse((await run(['apps/tls_client.js', url], { env: distrusted })).stdout);
    assert.strictEqual(code, 'SELF_SIGNED_CERT_IN_CHAIN');
  } finally {
    server.kill();
  }
});

test('nginx, as a TLS server and as a TLS client', async (t) => {
  const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(Boolean);
  if (
    !(await fs.access(nginx).then(
      () => true,
      () => false,
    ))
  )
    return t.skip('needs nginx (Debian: nginx-light)');
  const app = await serve('secure', env);
  const port = await freePort();
  const { folder, file } = certificates;
  await fs.writeFile(
    file('nginx.conf'),
    `daemon off; pid ${file('nginx.pid')}; error_log ${file('error.log')}; worker_processes 1;
     ${process.getuid() === 0 ? 'user root;' : ''}
     events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server {
         listen 127.0.0.1:${port} ssl; ssl_protocols TLSv1.2 TLSv1.3;
         ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server-key.pem')};
         ssl_client_certificate ${file('ca.pem')}; ssl_verify_client optional;
         location /own { return 200 "nginx $ssl_protocol $ssl_client_s_dn $ssl_session_reused"; }
         location / {
           proxy_pass https://127.0.0.1:${app.port}; proxy_http_version 1.1; proxy_set_header Connection "";
           proxy_ssl_certificate ${file('client.pem')}; proxy_ssl_certificate_key ${file('client-key.pem')};
           proxy_ssl_trusted_certificate ${file('ca.pem')}; proxy_ssl_verify on; proxy_ssl_name localhost;
           proxy_ssl_session_reuse on;
         }
       }
     }`,
  );
  const child = spawn(nginx, ['-c', file('nginx.conf'), '-p', folder], { stdio: 'ignore' });
  try {
    await reachable(port);
    const get = async (where, repeat, more) => {
      const args = ['apps/tls_client.js', `https://localhost:${port}${where}`, `${repeat}`];
      const { stdout } = await run(args, { env: { ...env, ...more } });
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    const [first, second] = await get('/own', 2, { AS: 'client' });
    assert.strictEqual(first.body, 'nginx TLSv1.3 CN=ada .');
    assert.strictEqual(second.statusCode, 200);
    assert.strictEqual(second.reused, true);
    // Through nginx to our own server, whose client nginx is, with a certificate.
    const proxied = await get('/who', 3);
    assert.deepStrictEqual(
      proxied.map(({ body }) => body),
      Array(3).fill('{"name":"ada"}'),
    );
    const [large] = await get('/large', 1);
    assert.strictEqual(large.body.length, 5_000_000);
  } finally {
    child.kill();
    await once(child, 'close');
    await app.stop();
  }
});
