import assert from 'node:assert';
import { test } from 'node:test';
import { run } from './harness.mjs';

test('jsonwebtoken, jose, bcryptjs, node-forge', async () => {
  const { code, stdout, stderr } = await run(['apps/tokens.mjs']);
  assert.strictEqual(code, 0, stderr);
  const { jsonwebtoken, jose, bcryptjs, forge } = JSON.parse(stdout);
  const rejected = 'JsonWebTokenError: invalid signature';
  for (const algorithm of ['HS256', 'HS512', 'RS256', 'PS384', 'ES256'])
    assert.deepStrictEqual(jsonwebtoken[algorithm], ['ada', true, 'vireo', rejected, rejected], algorithm);
  assert.strictEqual(jsonwebtoken.expired, 'TokenExpiredError');

  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])
    assert.deepStrictEqual(jose[alg], ['ada', 'user', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'], alg);
  const encrypted = Object.keys(jose).filter((name) => name.includes(' '));
  assert.strictEqual(encrypted.length, 7);
  for (const name of encrypted) assert.deepStrictEqual(jose[name], ['hidden', 'ERR_JWE_DECRYPTION_FAILED'], name);
  assert.strictEqual(jose.thumbprint, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'); // RFC 7638, 3.1

  assert.deepStrictEqual(bcryptjs, { rounds: 6, right: true, wrong: false, known: true });
  assert.deepStrictEqual(forge, {
    subject: 'CN=forge.example',
    names: 'DNS:forge.example',
    selfSigned: true,
    matches: true,
    verified: true,
    back: 2048,
    pfx: true,
  });
});
