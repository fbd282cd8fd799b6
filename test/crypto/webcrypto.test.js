'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const { test } = require('node:test');
const { Worker, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const { Crypto, CryptoKey, SubtleCrypto } = globalThis;
const { subtle } = globalThis.crypto;
process.on('warning', () => {});

const throws = (name, message) => (error) => {
  assert.strictEqual(error.name, name);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

test('the interfaces', () => {
  assert.strictEqual(crypto.webcrypto, globalThis.crypto);
  assert.strictEqual(crypto.subtle, subtle);
  for (const Interface of [Crypto, SubtleCrypto, CryptoKey])
    assert.throws(() => new Interface(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.strictEqual(Object.prototype.toString.call(subtle), '[object SubtleCrypto]');
  assert.deepStrictEqual(
    Object.keys(SubtleCrypto.prototype).map((name) => [name, SubtleCrypto.prototype[name].length]),
    [
      ['encrypt', 3],
      ['decrypt', 3],
      ['sign', 3],
      ['verify', 4],
      ['digest', 2],
      ['generateKey', 3],
      ['deriveKey', 5],
      ['deriveBits', 2],
      ['importKey', 5],
      ['exportKey', 2],
      ['wrapKey', 4],
      ['unwrapKey', 7],
      ['getPublicKey', 2],
      ['encapsulateBits', 2],
      ['encapsulateKey', 5],
      ['decapsulateBits', 3],
      ['decapsulateKey', 6],
    ],
  );
});

test('arguments are converted as Web IDL has it', async () => {
  const prefix = "Failed to execute 'digest' on 'SubtleCrypto'";
  await assert.rejects(subtle.digest('SHA-256'), {
    code: 'ERR_MISSING_ARGS',
    message: `${prefix}: 2 arguments required, but only 1 present.`,
  });
  await assert.rejects(subtle.digest('SHA-256', 'text'), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: `${prefix}: 2nd argument is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
  });
  await assert.rejects(subtle.digest.call({}, 'SHA-256', Buffer.alloc(1)), { code: 'ERR_INVALID_THIS' });
  await assert.rejects(subtle.generateKey({ name: 'AES-CBC', length: 65537 }, true, ['encrypt']), {
    name: 'TypeError',
    code: 'ERR_OUT_OF_RANGE',
    message: 'Failed to normalize algorithm: length in passed algorithm is outside the expected range of 0 to 65535.',
  });
  await assert.rejects(subtle.generateKey({ name: 'AES-CBC' }, true, ['encrypt']), {
    code: 'ERR_MISSING_OPTION',
    message:
      "Failed to normalize algorithm: passed algorithm cannot be converted to 'AesKeyGenParams' because 'length' is " +
      "required in 'AesKeyGenParams'.",
  });
  await assert.rejects(subtle.generateKey({ name: 'AES-CBC', length: 128 }, true, ['sing']), {
    code: 'ERR_INVALID_ARG_VALUE',
    message:
      "Failed to execute 'generateKey' on 'SubtleCrypto': 3rd argument[0] 'sing' is not a valid enum value of type " +
      'KeyUsage.',
  });
  await assert.rejects(subtle.digest('SHA-255', Buffer.alloc(1)), throws('NotSupportedError', /Unrecognized/));
});

test('names of algorithms have any case', async () => {
  assert.deepStrictEqual(
    await subtle.digest('sHa-256', Buffer.from('x')),
    await subtle.digest({ name: 'SHA-256' }, Buffer.from('x')),
  );
  const key = await subtle.generateKey({ name: 'hmac', hash: 'sha-1' }, true, ['sign']);
  assert.deepStrictEqual(key.algorithm, { name: 'HMAC', length: 512, hash: { name: 'SHA-1' } });
});

test('data is read when the function is called, at once or on the thread pool', async () => {
  for (const size of [16, 100_000]) {
    const data = Buffer.alloc(size, 1);
    const expected = crypto.createHash('sha256').update(data).digest('hex');
    const promise = subtle.digest('SHA-256', data);
    data.fill(2);
    assert.strictEqual(Buffer.from(await promise).toString('hex'), expected);
  }
});

test('keys do what their usages say', async () => {
  const key = await subtle.generateKey({ name: 'AES-CBC', length: 256 }, false, ['decrypt']);
  const params = { name: 'AES-CBC', iv: Buffer.alloc(16) };
  await assert.rejects(subtle.encrypt(params, key, Buffer.alloc(1)), throws('InvalidAccessError', /encrypt/));
  await assert.rejects(subtle.exportKey('raw', key), throws('InvalidAccessError', /not extractable/));
  const other = { name: 'AES-GCM', iv: Buffer.alloc(12) };
  await assert.rejects(subtle.encrypt(other, key, Buffer.alloc(1)), throws('InvalidAccessError', /mismatch/));
  await assert.rejects(subtle.generateKey({ name: 'AES-CBC', length: 256 }, true, []), throws('SyntaxError'));
  await assert.rejects(subtle.generateKey('Ed25519', true, ['verify']), throws('SyntaxError'));
});

test('what the accessors give does not change the key', async () => {
  const key = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  key.usages.push('verify');
  key.algorithm.hash.name = 'SHA-1';
  await assert.rejects(subtle.verify('HMAC', key, Buffer.alloc(32), Buffer.alloc(1)), throws('InvalidAccessError'));
  const clone = structuredClone(key);
  assert.deepStrictEqual(clone.usages, ['sign']);
  assert.strictEqual(clone.algorithm.hash.name, 'SHA-256');
});

const FORMATS = {
  'AES-GCM': ['raw', 'raw-secret', 'jwk'],
  'AES-OCB': ['raw-secret', 'jwk'],
  'ChaCha20-Poly1305': ['raw-secret', 'jwk'],
  HMAC: ['raw', 'raw-secret', 'jwk'],
  KMAC256: ['raw-secret', 'jwk'],
  ECDSA: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  ECDH: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  Ed25519: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  Ed448: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  X25519: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  X448: ['raw', 'raw-public', 'spki', 'pkcs8', 'jwk'],
  'RSA-PSS': ['spki', 'pkcs8', 'jwk'],
  'RSA-OAEP': ['spki', 'pkcs8', 'jwk'],
  'ML-DSA-65': ['raw-public', 'raw-seed', 'spki', 'pkcs8', 'jwk'],
  'ML-KEM-768': ['raw-public', 'raw-seed', 'spki', 'pkcs8', 'jwk'],
};
const ALL_FORMATS = ['raw', 'raw-secret', 'raw-public', 'raw-seed', 'raw-private', 'spki', 'pkcs8', 'jwk'];
const USAGES = {
  ECDH: ['deriveBits'],
  X25519: ['deriveBits'],
  X448: ['deriveBits'],
  HMAC: ['sign', 'verify'],
  'ML-KEM-768': ['encapsulateBits', 'decapsulateBits'],
};
const usagesFor = (name) =>
  USAGES[name] ?? (/^(AES|ChaCha|RSA-OAEP)/.test(name) ? ['encrypt', 'decrypt'] : ['sign', 'verify']);

for (const [name, formats] of Object.entries(FORMATS)) {
  test(`${name} keys go out and come back in every format they have`, async () => {
    const params = {
      name,
      length: 256,
      hash: 'SHA-256',
      namedCurve: 'P-384',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const generated = await subtle.generateKey(params, true, usagesFor(name));
    const keys = generated instanceof CryptoKey ? [generated] : [generated.publicKey, generated.privateKey];
    const done = new Set();
    for (const key of keys) {
      for (const format of ALL_FORMATS) {
        let exported;
        try {
          exported = await subtle.exportKey(format, key);
        } catch (error) {
          assert.strictEqual(error.name, 'NotSupportedError', `${format}: ${error.message}`);
          continue;
        }
        done.add(format);
        const back = await subtle.importKey(format, exported, params, true, key.usages);
        assert.strictEqual(back.type, key.type);
        assert.deepStrictEqual(back.algorithm, key.algorithm);
        assert.deepStrictEqual(await subtle.exportKey(format, back), exported);
        if (format === 'jwk') assert.deepStrictEqual(exported.key_ops, key.usages);
      }
    }
    assert.deepStrictEqual([...done].sort(), [...formats].sort());
    if (keys.length === 2) {
      const [publicKey, privateKey] = keys;
      const derived = await subtle.getPublicKey(privateKey, publicKey.usages);
      assert.deepStrictEqual(await subtle.exportKey('spki', derived), await subtle.exportKey('spki', publicKey));
    }
    await assert.rejects(subtle.importKey('jwk', { kty: 'none' }, params, true, keys.at(-1).usages), {
      name: 'DataError',
    });
    await assert.rejects(subtle.importKey('jwk', {}, params, true, keys.at(-1).usages), { name: 'DataError' });
  });
}

test('garbage is no key', async () => {
  for (const name of ['ECDSA', 'Ed25519', 'RSA-PSS', 'ML-DSA-44']) {
    const params = { name, namedCurve: 'P-256', hash: 'SHA-256' };
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('3000', 'hex'),
      crypto.randomBytes(100),
      Buffer.alloc(100, 0x30),
    ]) {
      await assert.rejects(subtle.importKey('spki', bytes, params, true, ['verify']), { name: 'DataError' });
      await assert.rejects(subtle.importKey('pkcs8', bytes, params, true, ['sign']), { name: 'DataError' });
    }
  }
});

test('AES-CTR counts in as many bits as it is told', async () => {
  const key = await subtle.importKey('raw', Buffer.alloc(16, 7), 'AES-CTR', false, ['encrypt', 'decrypt']);
  const counter = Buffer.alloc(16, 0xff);
  const plain = Buffer.alloc(16 * 3 + 5, 3);
  // The second block begins the counter anew, and leaves what stands before it alone.
  const whole = Buffer.from(await subtle.encrypt({ name: 'AES-CTR', counter, length: 9 }, key, plain));
  const wrapped = Buffer.from(counter);
  wrapped[15] = 0;
  wrapped[14] = 0xfe;
  const first = await subtle.encrypt({ name: 'AES-CTR', counter, length: 128 }, key, plain.subarray(0, 16));
  const rest = await subtle.encrypt({ name: 'AES-CTR', counter: wrapped, length: 128 }, key, plain.subarray(16));
  assert.deepStrictEqual(whole, Buffer.concat([Buffer.from(first), Buffer.from(rest)]));
  await assert.rejects(
    subtle.encrypt({ name: 'AES-CTR', counter, length: 1 }, key, Buffer.alloc(33)),
    throws('OperationError'),
  );
});

test('keys of any number of bits', async () => {
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 25 };
  const key = await subtle.importKey('raw', Buffer.alloc(4, 0xff), hmac, true, ['sign']);
  assert.strictEqual(key.algorithm.length, 25);
  assert.strictEqual(Buffer.from(await subtle.exportKey('raw', key)).toString('hex'), 'ffffff80');
  await assert.rejects(
    subtle.importKey('raw', Buffer.alloc(4), { ...hmac, length: 24 }, true, ['sign']),
    throws('DataError'),
  );
});

test('wrapping and unwrapping, with every cipher', async () => {
  const { privateKey } = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const iv = Buffer.alloc(12, 1);
  for (const params of [
    { name: 'AES-CBC', iv: Buffer.alloc(16) },
    { name: 'AES-CTR', counter: Buffer.alloc(16), length: 64 },
    { name: 'AES-GCM', iv },
    { name: 'AES-OCB', iv },
    { name: 'AES-KW' },
    { name: 'ChaCha20-Poly1305', iv },
  ]) {
    const usages = ['wrapKey', 'unwrapKey'];
    const key = await subtle.generateKey({ name: params.name, length: 256 }, false, usages);
    const wrapped = await subtle.wrapKey('jwk', privateKey, key, params);
    const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
    const back = await subtle.unwrapKey('jwk', wrapped, key, params, ecdsa, true, ['sign']);
    assert.deepStrictEqual(await subtle.exportKey('jwk', back), await subtle.exportKey('jwk', privateKey));
  }
});

test('deriving keys', async () => {
  const pair = () => subtle.generateKey('X25519', false, ['deriveKey', 'deriveBits']);
  const [a, b] = [await pair(), await pair()];
  const derive = (mine, theirs, type, usages) =>
    subtle.deriveKey({ name: 'X25519', public: theirs.publicKey }, mine.privateKey, type, true, usages);
  for (const [type, usages] of [
    [{ name: 'AES-GCM', length: 256 }, ['encrypt']],
    [{ name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign']],
    ['ChaCha20-Poly1305', ['encrypt']],
    ['KMAC128', ['sign']],
  ]) {
    const keys = [await derive(a, b, type, usages), await derive(b, a, type, usages)];
    const [first, second] = await Promise.all(keys.map((key) => subtle.exportKey('raw-secret', key)));
    assert.deepStrictEqual(first, second);
  }
  const hkdf = await subtle.deriveKey({ name: 'X25519', public: b.publicKey }, a.privateKey, 'HKDF', false, [
    'deriveBits',
  ]);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: Buffer.alloc(0), info: Buffer.alloc(0) };
  assert.strictEqual((await subtle.deriveBits(params, hkdf, 256)).byteLength, 32);
});

test('encapsulating keys', async () => {
  const { publicKey, privateKey } = await subtle.generateKey('ML-KEM-512', false, ['encapsulateKey', 'decapsulateKey']);
  const usages = ['encrypt', 'decrypt'];
  const { sharedKey, ciphertext } = await subtle.encapsulateKey('ML-KEM-512', publicKey, 'AES-GCM', true, usages);
  const args = [privateKey, ciphertext, 'AES-GCM', true, usages];
  const same = await subtle.decapsulateKey('ML-KEM-512', ...args);
  assert.deepStrictEqual(await subtle.exportKey('raw', same), await subtle.exportKey('raw', sharedKey));
  await assert.rejects(subtle.encapsulateBits('ML-KEM-512', publicKey), throws('InvalidAccessError'));
});

test('supports', () => {
  const iv = Buffer.alloc(12);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: iv, info: iv };
  const cases = [
    [true, 'digest', 'SHA-256'],
    [false, 'digest', 'MD5'],
    [false, 'digest', 'cSHAKE128'],
    [true, 'encrypt', { name: 'AES-GCM', iv }],
    [false, 'encrypt', { name: 'AES-GCM', iv, tagLength: 3 }],
    [false, 'encrypt', 'AES-KW'],
    [true, 'generateKey', { name: 'AES-CBC', length: 128 }],
    [false, 'generateKey', { name: 'AES-CBC', length: 1 }],
    [true, 'importKey', 'HKDF'],
    [false, 'exportKey', 'HKDF'],
    [true, 'deriveBits', hkdf, 8],
    [false, 'deriveBits', hkdf, 7],
    [false, 'deriveBits', hkdf],
    [true, 'deriveKey', hkdf, { name: 'AES-CBC', length: 128 }],
    [false, 'deriveKey', hkdf, 'HKDF'],
    [true, 'wrapKey', 'AES-KW', 'HMAC'],
    [false, 'wrapKey', 'AES-KW', 'HKDF'],
    [true, 'getPublicKey', 'ECDH'],
    [false, 'getPublicKey', 'AES-CBC'],
    [true, 'encapsulateKey', 'ML-KEM-768', 'AES-GCM'],
    [false, 'encapsulateKey', 'ML-KEM-768', 'Ed25519'],
    [false, 'encapsulateKey', 'ML-KEM-768', { name: 'HMAC', hash: 'SHA-256', length: 128 }],
    [false, 'fly', 'SHA-256'],
  ];
  for (const [expected, ...args] of cases) assert.strictEqual(SubtleCrypto.supports(...args), expected, `${args}`);
});

test('KeyObject and CryptoKey become one another', async () => {
  const secret = crypto.createSecretKey(Buffer.alloc(32, 1));
  const key = secret.toCryptoKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  assert.deepStrictEqual(
    Buffer.from(await subtle.sign('HMAC', key, Buffer.from('x'))),
    crypto.createHmac('sha256', secret).update('x').digest(),
  );
  assert.ok(crypto.KeyObject.from(key).equals(secret));
  const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ecdsa = privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign']);
  assert.strictEqual(ecdsa.type, 'private');
  assert.throws(
    () => privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']),
    throws('DataError', /curve/),
  );
  assert.throws(() => privateKey.toCryptoKey({ name: 'HMAC', hash: 'SHA-1' }, true, []), throws('NotSupportedError'));
  assert.throws(() => crypto.KeyObject.from(secret), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('keys travel in messages', async () => {
  const { publicKey, privateKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const data = Buffer.from('x');
  const signature = await subtle.sign('Ed25519', structuredClone(privateKey), data);
  assert.strictEqual(structuredClone(privateKey).extractable, false);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ keys: [publicKey, crypto.createSecretKey(data)] });
  const [received, secret] = receiveMessageOnPort(port2).message.keys;
  assert.ok(await subtle.verify('Ed25519', received, signature, data));
  assert.deepStrictEqual(secret.export(), data);
  port1.close();

  const worker = new Worker(
    `const { parentPort } = require('worker_threads');
     parentPort.once('message', async ({ key, secret, data }) => {
       parentPort.postMessage([await crypto.subtle.sign('Ed25519', key, data), secret, key]);
     });`,
    { eval: true },
  );
  worker.postMessage({ key: privateKey, secret, data });
  const [theirs, back, key] = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  assert.ok(await subtle.verify('Ed25519', publicKey, theirs, data));
  assert.ok(back.equals(secret));
  assert.ok(key instanceof CryptoKey);
  await worker.terminate();
});

test('RSA: what cannot be done says so', async () => {
  const params = (more) => ({
    name: 'RSA-PSS',
    hash: 'SHA-256',
    modulusLength: 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
    ...more,
  });
  const generate = (more) => subtle.generateKey(params(more), true, ['sign', 'verify']);
  for (const publicExponent of [[1], [4], [0], []])
    await assert.rejects(generate({ publicExponent: new Uint8Array(publicExponent) }), throws('OperationError'));
  await assert.rejects(
    generate({ publicExponent: new Uint8Array([1, 1, 1, 1, 1]) }),
    throws('OperationError', /unsigned 32-bit/),
  );
  await assert.rejects(generate({ modulusLength: 100 }), throws('OperationError'));
  const { privateKey } = await generate({ publicExponent: new Uint8Array([0, 0, 0, 1, 0, 1]) });
  await assert.rejects(
    subtle.sign({ name: 'RSA-PSS', saltLength: 95 }, privateKey, Buffer.alloc(1)),
    throws('OperationError'),
  );
});

test('points of small order verify nothing', async () => {
  for (const [name, size] of [
    ['Ed25519', 32],
    ['Ed448', 57],
  ]) {
    const identity = Buffer.alloc(size);
    identity[0] = 1;
    const key = await subtle.importKey('raw', identity, name, true, ['verify']);
    const signature = Buffer.concat([identity, Buffer.alloc(size)]);
    assert.strictEqual(await subtle.verify(name, key, signature, Buffer.from('x')), false);
  }
});

test('a compressed point goes out uncompressed', async () => {
  const { publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const uncompressed = publicKey.export({ type: 'spki', format: 'der' });
  const point = crypto.ECDH.convertKey(uncompressed.subarray(-65), 'prime256v1', undefined, undefined, 'compressed');
  const spki = Buffer.concat([Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'), point]);
  for (const [format, data] of [
    ['spki', spki],
    ['raw', point],
  ]) {
    const key = await subtle.importKey(format, data, { name: 'ECDH', namedCurve: 'P-256' }, true, []);
    assert.deepStrictEqual(Buffer.from(await subtle.exportKey('spki', key)), uncompressed);
  }
});
