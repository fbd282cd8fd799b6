'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const test = require('node:test');

test('keys survive every encoding', () => {
  const kinds = [
    ['rsa', { modulusLength: 1024 }, ['pkcs1', 'spki'], ['pkcs1', 'pkcs8']],
    ['ec', { namedCurve: 'P-256' }, ['spki'], ['sec1', 'pkcs8']],
    ['ed25519', undefined, ['spki'], ['pkcs8']],
    ['x448', undefined, ['spki'], ['pkcs8']],
    ['ml-dsa-44', undefined, ['spki'], ['pkcs8']],
  ];
  for (const [kind, options, publicTypes, privateTypes] of kinds) {
    const { publicKey, privateKey } = crypto.generateKeyPairSync(kind, options);
    assert.strictEqual(publicKey.asymmetricKeyType, kind);
    for (const format of ['pem', 'der']) {
      for (const type of publicTypes) {
        const key = publicKey.export({ format, type });
        assert.ok(crypto.createPublicKey({ key, format, type }).equals(publicKey), `${kind} ${type} ${format}`);
      }
      for (const type of privateTypes) {
        const key = privateKey.export({ format, type });
        assert.ok(crypto.createPrivateKey({ key, format, type }).equals(privateKey), `${kind} ${type} ${format}`);
        assert.ok(crypto.createPublicKey({ key, format, type }).equals(publicKey), `${kind} ${type} ${format}`);
      }
      const encrypted = privateKey.export({ format, type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'word' });
      const type = 'pkcs8';
      assert.ok(crypto.createPrivateKey({ key: encrypted, format, type, passphrase: 'word' }).equals(privateKey));
      assert.throws(() => crypto.createPrivateKey({ key: encrypted, format, type, passphrase: 'other' }));
      assert.throws(() => crypto.createPrivateKey({ key: encrypted, format, type }));
    }
  }
});

test('keys survive JWK', () => {
  for (const [kind, options] of [
    ['rsa', { modulusLength: 1024 }],
    ['ec', { namedCurve: 'P-521' }],
    ['ed448', undefined],
    ['x25519', undefined],
    ['ml-dsa-65', undefined],
  ]) {
    const { publicKey, privateKey } = crypto.generateKeyPairSync(kind, options);
    const key = privateKey.export({ format: 'jwk' });
    assert.ok(crypto.createPrivateKey({ key, format: 'jwk' }).equals(privateKey), kind);
    assert.ok(crypto.createPublicKey({ key, format: 'jwk' }).equals(publicKey), kind);
  }
});

test('points that are not on the curve are refused', () => {
  const { publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  assert.throws(() => crypto.createPublicKey({ key: { ...jwk, x: jwk.y, y: jwk.x }, format: 'jwk' }), {
    code: 'ERR_CRYPTO_INVALID_JWK',
  });
});

test('errors of OpenSSL say what they are', () => {
  assert.throws(() => crypto.createPrivateKey('nothing'), {
    code: 'ERR_OSSL_UNSUPPORTED',
    library: 'DECODER routines',
    reason: 'unsupported',
    message: 'error:1E08010C:DECODER routines::unsupported',
  });
});

test('broken input never does more than throw', () => {
  const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  for (let length = 0; length < der.length; length++) {
    const key = der.subarray(0, length);
    for (const type of ['pkcs1', 'pkcs8', 'sec1', 'spki']) {
      assert.throws(() => crypto.createPublicKey({ key, format: 'der', type }));
    }
  }
});

test('a pair made on the thread pool', (t, done) => {
  crypto.generateKeyPair('ed25519', { publicKeyEncoding: { format: 'jwk' } }, (error, publicKey, privateKey) => {
    assert.ifError(error);
    assert.strictEqual(publicKey.kty, 'OKP');
    assert.strictEqual(crypto.createPublicKey(privateKey).export({ format: 'jwk' }).x, publicKey.x);
    done();
  });
});
