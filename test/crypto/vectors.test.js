// Published test vectors for each family of algorithms, by Web Crypto; and of each vector every way to spoil it, which
// must be rejected.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const vectors = require('./vectors/data');

const { subtle } = globalThis.crypto;
const bytes = (hex) => Buffer.from(hex, 'hex');
const hex = (buffer) => Buffer.from(buffer).toString('hex');

process.on('warning', () => {}); // many of the algorithms are experimental in Node

/** Parameters whose bytes are hexadecimal in the vectors. */
const BYTES = [
  'iv',
  'additionalData',
  'counter',
  'salt',
  'info',
  'nonce',
  'secretValue',
  'associatedData',
  'customization',
];

function parameters(algorithm) {
  if (typeof algorithm === 'string') return algorithm;
  return Object.fromEntries(
    Object.entries(algorithm).map(([name, value]) => [name, BYTES.includes(name) ? bytes(value) : value]),
  );
}

const nameOf = (algorithm) => algorithm.name ?? algorithm;

/** Copies with one bit changed at the start, in the middle, at the end; one cut short; one with more at its end. */
function* spoiled(buffer) {
  for (const at of new Set([0, buffer.length >> 1, buffer.length - 1])) {
    const copy = Buffer.from(buffer);
    copy[at] ^= 1;
    yield copy;
  }
  yield buffer.subarray(0, -1);
  yield buffer.subarray(0, 0);
  yield Buffer.concat([buffer, Buffer.alloc(1)]);
}

const rejects = (promise) => assert.rejects(promise, { name: 'OperationError' });

for (const { algorithm, data, digest } of vectors.digests) {
  test(`${nameOf(algorithm)} of ${data.length / 2} bytes`, async () => {
    assert.strictEqual(hex(await subtle.digest(parameters(algorithm), bytes(data))), digest);
  });
}

for (const { algorithm, key, data, mac } of vectors.macs) {
  test(`${nameOf(algorithm)} ${algorithm.hash ?? ''}`, async () => {
    const imported = await subtle.importKey('raw-secret', bytes(key), algorithm, false, ['sign', 'verify']);
    const params = parameters(algorithm);
    assert.strictEqual(hex(await subtle.sign(params, imported, bytes(data))), mac);
    assert.strictEqual(await subtle.verify(params, imported, bytes(mac), bytes(data)), true);
    for (const bad of spoiled(bytes(mac)))
      assert.strictEqual(await subtle.verify(params, imported, bad, bytes(data)), false);
    for (const bad of spoiled(bytes(data)))
      assert.strictEqual(await subtle.verify(params, imported, bytes(mac), bad), false);
  });
}

for (const { algorithm, key, plain, encrypted, encryptedStart } of vectors.ciphers) {
  test(`${algorithm.name}, key of ${key.length * 4} bits`, async () => {
    const imported = await subtle.importKey('raw-secret', bytes(key), algorithm.name, false, ['encrypt', 'decrypt']);
    const params = parameters(algorithm);
    const result = Buffer.from(await subtle.encrypt(params, imported, bytes(plain)));
    if (encryptedStart === undefined) assert.strictEqual(hex(result), encrypted);
    else assert.strictEqual(hex(result).slice(0, encryptedStart.length), encryptedStart);
    assert.strictEqual(hex(await subtle.decrypt(params, imported, result)), plain);
    if (algorithm.additionalData === undefined) return;
    for (const bad of spoiled(result)) await rejects(subtle.decrypt(params, imported, bad));
    for (const additionalData of spoiled(params.additionalData))
      await rejects(subtle.decrypt({ ...params, additionalData }, imported, result));
    const iv = Buffer.from(params.iv);
    iv[0] ^= 1;
    await rejects(subtle.decrypt({ ...params, iv }, imported, result));
  });
}

for (const { key, plain, wrapped } of vectors.keyWraps) {
  test(`AES-KW, key of ${key.length * 4} bits`, async () => {
    const kek = await subtle.importKey('raw', bytes(key), 'AES-KW', false, ['wrapKey', 'unwrapKey']);
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const inner = await subtle.importKey('raw', bytes(plain), hmac, true, ['sign']);
    assert.strictEqual(hex(await subtle.wrapKey('raw', inner, kek, 'AES-KW')), wrapped);
    const unwrap = (data) => subtle.unwrapKey('raw', data, kek, 'AES-KW', hmac, true, ['sign']);
    assert.strictEqual(hex(await subtle.exportKey('raw', await unwrap(bytes(wrapped)))), plain);
    for (const bad of spoiled(bytes(wrapped)))
      await assert.rejects(unwrap(bad), ({ name }) => name === 'OperationError' || name === 'DataError');
  });
}

for (const { algorithm, key, bits } of vectors.derivations) {
  test(`${algorithm.name} ${algorithm.hash ?? ''}`, async () => {
    const imported = await subtle.importKey('raw-secret', bytes(key), algorithm.name, false, ['deriveBits']);
    assert.strictEqual(hex(await subtle.deriveBits(parameters(algorithm), imported, bits.length * 4)), bits);
  });
}

/** A JWK of a private key of RFC 8032 or RFC 7748. */
const okp = (vector) => ({
  kty: 'OKP',
  crv: vector.name,
  x: bytes(vector.public).toString('base64url'),
  d: bytes(vector.secret).toString('base64url'),
});

for (const vector of vectors.eddsa) {
  test(`${vector.name} over ${vector.data.length / 2} bytes`, async () => {
    const { name } = vector;
    const [data, signature] = [bytes(vector.data), bytes(vector.signature)];
    const privateKey = await subtle.importKey('jwk', okp(vector), name, false, ['sign']);
    assert.strictEqual(hex(await subtle.sign(name, privateKey, data)), vector.signature);
    const publicKey = await subtle.importKey('raw', bytes(vector.public), name, true, ['verify']);
    assert.strictEqual(await subtle.verify(name, publicKey, signature, data), true);
    for (const bad of spoiled(signature)) assert.strictEqual(await subtle.verify(name, publicKey, bad, data), false);
    for (const bad of [Buffer.from('x'), Buffer.concat([data, Buffer.alloc(1)])])
      assert.strictEqual(await subtle.verify(name, publicKey, signature, bad), false);
    const other = { ...okp(vector), x: Buffer.alloc(data.length === 0 ? 32 : 57, 9).toString('base64url') };
    await assert.rejects(subtle.importKey('jwk', other, name, false, ['sign']), { name: 'DataError' });
  });
}

for (const vector of vectors.agreements) {
  test(vector.name, async () => {
    const { name } = vector;
    const size = bytes(vector.secret).length;
    // The public key of one's own is not among the vectors: PKCS #8 does without.
    const header = name === 'X25519' ? '302e020100300506032b656e04220420' : '3046020100300506032b656f043a0438';
    const pkcs8 = bytes(header + vector.secret);
    const own = await subtle.importKey('pkcs8', pkcs8, name, false, ['deriveBits']);
    const peer = await subtle.importKey('raw', bytes(vector.public), name, true, []);
    assert.strictEqual(hex(await subtle.deriveBits({ name, public: peer }, own, size * 8)), vector.shared);
    // A point of low order makes a secret of zeros, which everyone knows.
    const zero = await subtle.importKey('raw', Buffer.alloc(size), name, true, []);
    await rejects(subtle.deriveBits({ name, public: zero }, own, size * 8));
    await assert.rejects(subtle.importKey('raw', Buffer.alloc(size - 1), name, true, []), { name: 'DataError' });
  });
}

for (const vector of vectors.ecdsa) {
  test(`ECDSA over ${vector.namedCurve}`, async () => {
    const { namedCurve, hash } = vector;
    const [data, signature] = [bytes(vector.data), bytes(vector.signature)];
    const jwk = { kty: 'EC', crv: namedCurve };
    for (const axis of ['x', 'y']) jwk[axis] = bytes(vector[axis]).toString('base64url');
    const key = await subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve }, true, ['verify']);
    const verify = (s, d = data) => subtle.verify({ name: 'ECDSA', hash }, key, s, d);
    assert.strictEqual(await verify(signature), true);
    for (const bad of spoiled(signature)) assert.strictEqual(await verify(bad), false);
    for (const bad of spoiled(data)) assert.strictEqual(await verify(signature, bad), false);
    // r = 0, s = 0, r = s = 0, and numbers above the order
    const half = signature.length / 2;
    const zero = Buffer.alloc(half);
    const high = Buffer.alloc(half, 0xff);
    for (const [r, s] of [
      [zero, signature.subarray(half)],
      [signature.subarray(0, half), zero],
      [zero, zero],
      [high, high],
    ])
      assert.strictEqual(await verify(Buffer.concat([r, s])), false);
    // A point that is not on the curve.
    const y = Buffer.from(bytes(vector.y));
    y[0] ^= 1;
    const astray = { ...jwk, y: y.toString('base64url') };
    await assert.rejects(subtle.importKey('jwk', astray, { name: 'ECDSA', namedCurve }, true, ['verify']), {
      name: 'DataError',
    });
  });
}

for (const algorithm of [
  { name: 'RSASSA-PKCS1-v1_5' },
  { name: 'RSA-PSS', saltLength: 32 },
  { name: 'ML-DSA-44' },
  { name: 'ML-DSA-65', context: Buffer.from('context') },
  { name: 'ML-DSA-87' },
]) {
  test(`what ${algorithm.name} signs, and what it rejects`, async () => {
    const rsa = { hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const { publicKey, privateKey } = await subtle.generateKey({ name: algorithm.name, ...rsa }, true, [
      'sign',
      'verify',
    ]);
    const data = Buffer.from('a message');
    const signature = Buffer.from(await subtle.sign(algorithm, privateKey, data));
    assert.strictEqual(await subtle.verify(algorithm, publicKey, signature, data), true);
    for (const bad of spoiled(signature))
      assert.strictEqual(await subtle.verify(algorithm, publicKey, bad, data), false);
    for (const bad of spoiled(data))
      assert.strictEqual(await subtle.verify(algorithm, publicKey, signature, bad), false);
    if (algorithm.context !== undefined)
      assert.strictEqual(await subtle.verify({ name: algorithm.name }, publicKey, signature, data), false);
  });
}

test('RSA-OAEP rejects what is spoiled and other labels', async () => {
  const params = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { publicKey, privateKey } = await subtle.generateKey(params, true, ['encrypt', 'decrypt']);
  const label = Buffer.from('label');
  const encrypted = Buffer.from(await subtle.encrypt({ name: 'RSA-OAEP', label }, publicKey, Buffer.from('secret')));
  const decrypt = (data, algorithm = { name: 'RSA-OAEP', label }) => subtle.decrypt(algorithm, privateKey, data);
  assert.strictEqual(Buffer.from(await decrypt(encrypted)).toString(), 'secret');
  for (const bad of spoiled(encrypted)) await rejects(decrypt(bad));
  await rejects(decrypt(encrypted, { name: 'RSA-OAEP' }));
});

for (const name of ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024']) {
  test(`${name} gives another secret for a spoiled ciphertext, and rejects wrong lengths`, async () => {
    const usages = ['encapsulateBits', 'decapsulateBits'];
    const { publicKey, privateKey } = await subtle.generateKey(name, true, usages);
    const { sharedKey, ciphertext } = await subtle.encapsulateBits(name, publicKey);
    const decapsulate = (data) => subtle.decapsulateBits(name, privateKey, data);
    assert.deepStrictEqual(await decapsulate(ciphertext), sharedKey);
    const spoilt = Buffer.from(Buffer.from(ciphertext));
    spoilt[0] ^= 1;
    assert.notDeepStrictEqual(await decapsulate(spoilt), sharedKey);
    await rejects(decapsulate(spoilt.subarray(1)));
    await rejects(decapsulate(Buffer.alloc(0)));
  });
}
