// An authority of one's own and what it signs, made by OpenSSL in a new folder for each run.
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * {folder, file(name), read(name), remove()}. In the folder: ca.pem, stranger-ca.pem, and of `server` (localhost and
 * 127.0.0.1), `client` (CN ada) and `stranger` (of another authority) .pem and -key.pem.
 */
export async function makeCertificates() {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vireo-certificates-'));
  await fs.chmod(folder, 0o755);
  const openssl = (...args) => execute('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  const authority = (name) =>
    openssl('req', '-x509', ...key, '-keyout', `${name}-key.pem`, '-out', `${name}.pem`, '-subj', `/CN=${name}`);
  const signed = async (name, ca, subject, extensions) => {
    await fs.writeFile(path.join(folder, `${name}.ext`), extensions);
    await openssl(
      'req',
      '-new',
      ...key.slice(0, 5),
      '-keyout',
      `${name}-key.pem`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
    );
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}-key.pem`, '-CAcreateserial'],
      ...['-days', '30', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
  };
  await authority('ca');
  await authority('stranger-ca');
  await signed('server', 'ca', '/CN=localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  await signed('client', 'ca', '/CN=ada', 'extendedKeyUsage=clientAuth\n');
  await signed('stranger', 'stranger-ca', '/CN=eve', 'extendedKeyUsage=clientAuth\n');
  const file = (name) => path.join(folder, name);
  return {
    folder,
    file,
    read: (name) => fs.readFile(file(name)),
    remove: () => fs.rm(folder, { recursive: true, force: true }),
  };
}
