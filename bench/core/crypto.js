// Hashes, MACs, ciphers, signatures and key derivation, each as programs call them.
'use strict';
const crypto = require('node:crypto');

const { subtle } = globalThis.crypto;
const small = Buffer.alloc(64, 1);
const page = Buffer.alloc(8 * 1024, 2);
const large = Buffer.alloc(1024 * 1024, 3);
const text = 'x'.repeat(64);
const key = Buffer.alloc(32, 4);
const iv = Buffer.alloc(12, 5);

const sha256 = (data) => () => void crypto.createHash('sha256').update(data).digest('hex');

function seal(data) {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);
  const encrypted = Buffer.concat([cipher.update(data), cipher.final()]);
  return [encrypted, cipher.getAuthTag()];
}

function open([data, tag]) {
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = crypto.generateKeyPairSync('ed25519');
const signatures = {
  rsa: crypto.sign('sha256', small, rsa.privateKey),
  ec: crypto.sign('sha256', small, ec.privateKey),
  ed: crypto.sign(null, small, ed.privateKey),
};

module.exports = {
  'createHash sha256, 64 B': sha256(small),
  'createHash sha256, 64 characters': sha256(text),
  'createHash sha256, 8 KiB': sha256(page),
  'createHash sha256, 1 MiB': sha256(large),
  'createHmac sha256, 64 B': () => void crypto.createHmac('sha256', key).update(small).digest('hex'),
  'createHmac sha256, 8 KiB': () => void crypto.createHmac('sha256', key).update(page).digest('hex'),
  'aes-256-gcm, 64 B': () => void seal(small),
  'aes-256-gcm, 8 KiB': () => void seal(page),
  'aes-256-gcm, 1 MiB': () => void seal(large),
  'aes-256-gcm, opening 8 KiB': { setup: () => seal(page), run: (sealed) => void open(sealed) },
  randomUUID: () => void crypto.randomUUID(),
  'randomBytes, 32': () => void crypto.randomBytes(32),
  timingSafeEqual: () => void crypto.timingSafeEqual(key, key),
  'scryptSync, N 1024': () => void crypto.scryptSync('password', 'salt', 32, { N: 1024 }),
  'pbkdf2Sync, 1,000 rounds': () => void crypto.pbkdf2Sync('password', 'salt', 1000, 32, 'sha256'),
  'sign, RSA 2048': () => void crypto.sign('sha256', small, rsa.privateKey),
  'verify, RSA 2048': () => void crypto.verify('sha256', small, rsa.publicKey, signatures.rsa),
  'sign, P-256': () => void crypto.sign('sha256', small, ec.privateKey),
  'verify, P-256': () => void crypto.verify('sha256', small, ec.publicKey, signatures.ec),
  'sign, Ed25519': () => void crypto.sign(null, small, ed.privateKey),
  'verify, Ed25519': () => void crypto.verify(null, small, ed.publicKey, signatures.ed),
  'subtle.digest SHA-256, 64 B': () => subtle.digest('SHA-256', small),
  'subtle.digest SHA-256, 8 KiB': () => subtle.digest('SHA-256', page),
  'subtle.digest SHA-256, 1 MiB': () => subtle.digest('SHA-256', large),
  'subtle.sign HMAC, 64 B': {
    setup: () => subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    run: (imported) => subtle.sign('HMAC', imported, small),
  },
  'subtle.encrypt AES-GCM, 64 B': {
    setup: () => subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']),
    run: (imported) => subtle.encrypt({ name: 'AES-GCM', iv }, imported, small),
  },
};
