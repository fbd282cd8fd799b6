// Clients of databases and of mail, over TLS, against servers on this machine.
import assert from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { makeCertificates } from './certificates.mjs';
import { run } from './harness.mjs';

const execute = promisify(execFile);
let certificates;
before(async () => (certificates = await makeCertificates()));
after(() => certificates.remove());

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const isThere = (file) =>
  fs.access(file).then(
    () => true,
    () => false,
  );
const isRoot = process.getuid() === 0;

/** A folder of the user who runs the server: those servers refuse to run as root. */
async function serverFolder(user, names) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vireo-server-'));
  for (const name of names) {
    await fs.copyFile(certificates.file(name), path.join(folder, name));
    await fs.chmod(path.join(folder, name), 0o600);
  }
  if (isRoot) await execute('chown', ['-R', user, folder]);
  return folder;
}
/** [command, arguments] of a program run as that user. */
const as = (user, command, args) => (isRoot ? ['runuser', ['-u', user, '--', command, ...args]] : [command, args]);

/** Waits until `probe` succeeds. */
async function ready(probe) {
  for (let i = 0; ; i++) {
    try {
      return await probe();
    } catch (error) {
      if (i === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function runApp(name, env) {
  const { code, stdout, stderr } = await run([`apps/${name}.js`], {
    env: { CERTIFICATES: certificates.folder, ...env },
  });
  assert.strictEqual(code, 0, stderr);
  return JSON.parse(stdout);
}

test('pg over TLS with a client certificate', async (t) => {
  const versions = await fs.readdir('/usr/lib/postgresql').catch(() => []);
  if (versions.length === 0) return t.skip('needs PostgreSQL (Debian: postgresql)');
  const bin = `/usr/lib/postgresql/${versions.at(-1)}/bin`;
  const folder = await serverFolder('postgres', ['server.pem', 'server-key.pem', 'ca.pem']);
  const data = path.join(folder, 'data');
  const port = await freePort();
  await execute(...as('postgres', `${bin}/initdb`, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N']));
  // Over the network only with a certificate that the authority signed for that user.
  await fs.writeFile(path.join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all ada all cert\n');
  const settings = {
    listen_addresses: 'localhost',
    port,
    unix_socket_directories: folder,
    ssl: 'on',
    ssl_cert_file: path.join(folder, 'server.pem'),
    ssl_key_file: path.join(folder, 'server-key.pem'),
    ssl_ca_file: path.join(folder, 'ca.pem'),
    fsync: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(...as('postgres', `${bin}/postgres`, ['-D', data, ...flags]), { stdio: 'ignore' });
  try {
    const psql = ['-h', folder, '-p', `${port}`, '-U', 'postgres', '-c', 'create role ada login'];
    await ready(() => execute(`${bin}/psql`, psql));
    const { ssl, row, error, sums, refused } = await runApp('postgres', { PGPORT: `${port}` });
    assert.deepStrictEqual(ssl, { ssl: true, version: 'TLSv1.3', client_dn: '/CN=ada' });
    assert.deepStrictEqual(row, { id: 1, name: 'Ünï', size: 200_000, same: true, at: '1970-01-01T00:00:00.000Z' });
    assert.strictEqual(error, '42P01');
    assert.deepStrictEqual(sums, [null, ...Array.from({ length: 39 }, (_, i) => ((i + 1) * (i + 2)) / 2)]);
    assert.deepStrictEqual(refused, ['28000', 'SELF_SIGNED_CERT_IN_CHAIN', '28000']);
  } finally {
    server.kill('SIGINT');
    if (isRoot)
      await execute('runuser', ['-u', 'postgres', '--', `${bin}/pg_ctl`, 'stop', '-m', 'immediate', '-D', data]).catch(
        () => {},
      );
    await fs.rm(folder, { recursive: true, force: true });
  }
});

test('mysql2 over TLS', async (t) => {
  if (!(await isThere('/usr/sbin/mariadbd'))) return t.skip('needs MariaDB (Debian: mariadb-server)');
  const folder = await serverFolder('mysql', ['server.pem', 'server-key.pem', 'ca.pem']);
  const data = path.join(folder, 'data');
  const socket = path.join(folder, 'socket');
  const port = await freePort();
  const setup = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await execute(...as('mysql', 'mariadb-install-db', setup));
  const flags = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--pid-file=${folder}/pid`,
    `--ssl-ca=${folder}/ca.pem`,
    `--ssl-cert=${folder}/server.pem`,
    `--ssl-key=${folder}/server-key.pem`,
    '--max-allowed-packet=16M',
  ];
  const server = spawn(...as('mysql', '/usr/sbin/mariadbd', flags), { stdio: 'ignore' });
  try {
    const sql =
      "create database test; create user ada@'%' identified by 'lovelace' require ssl; grant all on test.* to ada@'%';";
    await ready(() => execute('mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-e', sql]));
    const { cipher, row, error, sum, refused } = await runApp('mysql', { MYSQL_PORT: `${port}` });
    assert.match(cipher, /^TLS_|GCM|CHACHA/);
    assert.deepStrictEqual(row, { id: 1, name: 'Ünï', same: true });
    assert.strictEqual(error, 'ER_NO_SUCH_TABLE');
    assert.strictEqual(sum, 30);
    assert.strictEqual(refused[0], 'ER_ACCESS_DENIED_ERROR');
    assert.match(refused[1], /HANDSHAKE_SSL_ERROR|SELF_SIGNED_CERT_IN_CHAIN/);
  } finally {
    await execute('mariadb-admin', ['--no-defaults', `--socket=${socket}`, '-u', 'root', 'shutdown']).catch(() =>
      server.kill(),
    );
    await fs.rm(folder, { recursive: true, force: true });
  }
});

/** A server that takes one mail after STARTTLS and AUTH; resolves with what it was told. */
async function smtpSink() {
  const secureContext = tls.createSecureContext({
    key: await certificates.read('server-key.pem'),
    cert: await certificates.read('server.pem'),
  });
  const seen = { commands: [], message: '', protocol: undefined };
  const server = net.createServer((raw) => {
    let inMessage = false;
    const speak = (socket) => {
      let text = '';
      const say = (line) => socket.write(`${line}\r\n`);
      const answer = (line) => {
        seen.commands.push(line.split(' ').slice(0, 2).join(' '));
        if (/^EHLO/i.test(line)) {
          say('250-localhost');
          say(socket.encrypted ? '250 AUTH PLAIN' : '250 STARTTLS');
        } else if (/^STARTTLS/i.test(line)) {
          say('220 go ahead');
          raw.removeAllListeners('data');
          const secure = new tls.TLSSocket(raw, { isServer: true, secureContext });
          secure.on('secure', () => (seen.protocol = secure.getProtocol()));
          secure.on('error', () => {});
          speak(secure);
        } else if (/^AUTH PLAIN/i.test(line)) {
          const [, user, pass] = Buffer.from(line.split(' ')[2], 'base64').toString().split('\0');
          say(user === 'ada' && pass === 'lovelace' ? '235 welcome' : '535 no');
        } else if (/^DATA/i.test(line)) {
          inMessage = true;
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else {
          say('250 fine');
        }
      };
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += chunk;
        for (;;) {
          const end = inMessage ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
          if (end === -1) return;
          const line = text.slice(0, end);
          text = text.slice(end + (inMessage ? 5 : 2));
          if (!inMessage) {
            answer(line);
            continue;
          }
          inMessage = false;
          seen.message = line;
          say('250 taken');
        }
      });
    };
    raw.on('error', () => {});
    speak(raw);
    raw.write('220 sink\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, seen, close: () => server.close() };
}

test('nodemailer to an SMTP server with STARTTLS', async () => {
  const sink = await smtpSink();
  const { accepted, response } = await runApp('mail', { SMTP_PORT: `${sink.port}` });
  assert.deepStrictEqual(accepted, ['grace@example.test', 'uni@example.test']);
  assert.strictEqual(response, '250 taken');
  const { commands, message, protocol } = sink.seen;
  assert.strictEqual(protocol, 'TLSv1.3');
  assert.deepStrictEqual(
    commands.map((command) => command.split(/[ :]/)[0]),
    ['EHLO', 'STARTTLS', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'RCPT', 'DATA'].concat(commands.length > 8 ? ['QUIT'] : []),
  );
  assert.match(message, /^Subject: =\?UTF-8\?Q\?Gr=C3=BC=C3=9Fe\?=/m);
  assert.match(message, /\r\n\.\.leading dots\r\n\.\.\.are stuffed/);
  assert.match(message, /filename=data\.bin/);
  const distrust = await runApp('mail', { SMTP_PORT: `${sink.port}`, CA: 'stranger-ca.pem' });
  assert.strictEqual(distrust.code, 'ESOCKET');
  assert.match(distrust.message, /unable to verify|self-signed/);
  sink.close();
});
