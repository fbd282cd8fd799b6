// jsonwebtoken, jose, bcryptjs and node-forge; prints what each made of it as JSON.
import crypto from 'node:crypto';
import bcrypt from 'bcryptjs';
import * as jose from 'jose';
import jwt from 'jsonwebtoken';
import forge from 'node-forge';

const results = { jsonwebtoken: {}, jose: {}, bcryptjs: {}, forge: {} };
const pem = { public: { type: 'spki', format: 'pem' }, private: { type: 'pkcs8', format: 'pem' } };
const pair = (type, options) =>
  crypto.generateKeyPairSync(type, {
    ...options,
    publicKeyEncoding: pem.public,
    privateKeyEncoding: pem.private,
  });

const rsa = pair('rsa', { modulusLength: 2048 });
const ec = pair('ec', { namedCurve: 'P-256' });
const secret = 'a secret that is long enough for an HMAC';
for (const [algorithm, sign, verify] of [
  ['HS256', secret, secret],
  ['HS512', secret, secret],
  ['RS256', rsa.privateKey, rsa.publicKey],
  ['PS384', rsa.privateKey, rsa.publicKey],
  ['ES256', ec.privateKey, ec.publicKey],
]) {
  const token = jwt.sign({ sub: 'ada', admin: true }, sign, { algorithm, expiresIn: '1h', issuer: 'vireo' });
  const { sub, admin, iss } = jwt.verify(token, verify, { algorithms: [algorithm], issuer: 'vireo' });
  const [head, body, signature] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'eve', admin: true })).toString('base64url');
  const errors = [`${head}.${forged}.${signature}`, `${head}.${body}.${signature.slice(4)}AAAA`].map((bad) => {
    try {
      return jwt.verify(bad, verify, { algorithms: [algorithm] });
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  });
  results.jsonwebtoken[algorithm] = [sub, admin, iss, ...errors];
}
const expired = jwt.sign({ exp: 1 }, secret);
try {
  jwt.verify(expired, secret);
} catch (error) {
  results.jsonwebtoken.expired = error.name;
}

for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const token = await new jose.SignJWT({ role: 'user' }).setProtectedHeader({ alg }).setSubject('ada').sign(privateKey);
  const jwks = jose.createLocalJWKSet({ keys: [{ ...(await jose.exportJWK(publicKey)), alg, use: 'sig' }] });
  const { payload } = await jose.jwtVerify(token, jwks);
  const imported = await jose.importSPKI(await jose.exportSPKI(publicKey), alg);
  const spoilt = `${token.slice(0, -8)}AAAAAAAA`;
  const error = await jose.jwtVerify(spoilt, imported).catch(({ code }) => code);
  results.jose[alg] = [payload.sub, payload.role, error];
}
for (const [alg, enc] of [
  ['dir', 'A256GCM'],
  ['A256KW', 'A128CBC-HS256'],
  ['A128GCMKW', 'A256CBC-HS512'],
  ['PBES2-HS256+A128KW', 'A128GCM'],
  ['RSA-OAEP-256', 'A256GCM'],
  ['ECDH-ES', 'A256GCM'],
  ['ECDH-ES+A256KW', 'A192GCM'],
]) {
  let keys;
  if (/^(RSA|ECDH)/.test(alg)) keys = await jose.generateKeyPair(alg);
  else if (alg.startsWith('PBES2')) keys = { publicKey: Buffer.from(secret), privateKey: Buffer.from(secret) };
  else {
    const key = await jose.generateSecret(alg === 'dir' ? enc : alg);
    keys = { publicKey: key, privateKey: key };
  }
  const text = new TextEncoder().encode('hidden');
  const jwe = await new jose.CompactEncrypt(text).setProtectedHeader({ alg, enc }).encrypt(keys.publicKey);
  const options = { keyManagementAlgorithms: [alg] };
  const { plaintext } = await jose.compactDecrypt(jwe, keys.privateKey, options);
  const parts = jwe.split('.');
  parts[4] = Buffer.alloc(Buffer.from(parts[4], 'base64url').length).toString('base64url');
  const error = await jose.compactDecrypt(parts.join('.'), keys.privateKey, options).catch(({ code }) => code);
  results.jose[`${alg} ${enc}`] = [new TextDecoder().decode(plaintext), error];
}
results.jose.thumbprint = await jose.calculateJwkThumbprint({
  kty: 'RSA',
  e: 'AQAB',
  n:
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
    'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj' +
    'rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
});

const hash = await bcrypt.hash('correct horse', 6);
results.bcryptjs = {
  rounds: bcrypt.getRounds(hash),
  right: await bcrypt.compare('correct horse', hash),
  wrong: bcrypt.compareSync('battery staple', hash),
  known: bcrypt.compareSync('abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'),
};

// A certificate that forge makes is one that OpenSSL reads, and the other way round.
const keys = forge.pki.rsa.generateKeyPair(2048);
const certificate = forge.pki.createCertificate();
certificate.publicKey = keys.publicKey;
certificate.serialNumber = '01';
certificate.validity.notBefore = new Date('2020-01-01T00:00:00Z');
certificate.validity.notAfter = new Date('2040-01-01T00:00:00Z');
const names = [{ name: 'commonName', value: 'forge.example' }];
certificate.setSubject(names);
certificate.setIssuer(names);
certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: 'forge.example' }] }]);
certificate.sign(keys.privateKey, forge.md.sha256.create());
const x509 = new crypto.X509Certificate(forge.pki.certificateToPem(certificate));
const data = Buffer.from('signed by forge');
const digest = forge.md.sha256.create().update(data.toString('latin1'));
const signature = Buffer.from(keys.privateKey.sign(digest), 'latin1');
const p12 = forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], 'pass')).getBytes();
const own = crypto.createPrivateKey(forge.pki.privateKeyToPem(keys.privateKey));
results.forge = {
  subject: x509.subject,
  names: x509.subjectAltName,
  selfSigned: x509.verify(x509.publicKey),
  matches: x509.checkPrivateKey(own),
  verified: crypto.verify('sha256', data, x509.publicKey, signature),
  back: forge.pki.privateKeyFromPem(own.export({ type: 'pkcs1', format: 'pem' })).n.bitLength(),
  pfx: Boolean((await import('node:tls')).createSecureContext({ pfx: Buffer.from(p12, 'latin1'), passphrase: 'pass' })),
};
console.log(JSON.stringify(results));
