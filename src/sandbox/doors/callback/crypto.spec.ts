import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { seal, signatureOf, unseal } from './crypto.js';

// The public vectors of the official documentation.
const vectors = JSON.parse(readFileSync(new URL('../../fixtures/official-vectors.json', import.meta.url), 'utf8')) as {
  token: string;
  encoding_aes_key: string;
  corpid: string;
  verify: { timestamp: string; nonce: string; echostr: string; msg_signature: string; plain: string };
  post: { timestamp: string; nonce: string; msg_signature: string; encrypt: string; expect_in_plain: string[] };
};
const keys = { token: vectors.token, aesKey: vectors.encoding_aes_key, receiveId: vectors.corpid };

test('signs like the official samples', () => {
  const { verify, post } = vectors;
  expect(signatureOf(keys.token, verify.timestamp, verify.nonce, verify.echostr)).toBe(verify.msg_signature);
  expect(signatureOf(keys.token, post.timestamp, post.nonce, post.encrypt)).toBe(post.msg_signature);
});

test('decrypts the official samples', () => {
  expect(unseal(vectors.verify.echostr, keys)).toBe(vectors.verify.plain);
  for (const part of vectors.post.expect_in_plain) expect(unseal(vectors.post.encrypt, keys)).toContain(part);
});

test('encrypts to the bytes of the official sample, given its random bytes', async () => {
  const { createDecipheriv } = await import('node:crypto');
  const key = Buffer.from(`${keys.aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const head = Buffer.concat([decipher.update(Buffer.from(vectors.post.encrypt, 'base64')), decipher.final()]).subarray(
    0,
    16,
  );
  expect(seal(unseal(vectors.post.encrypt, keys), keys, head)).toBe(vectors.post.encrypt);
});

test.each([0, 1, 11, 12, 13, 31, 32, 33, 5_000])('encrypts and decrypts a message of %i bytes', (length) => {
  const message = 'x'.repeat(length);
  expect(unseal(seal(message, keys), keys)).toBe(message);
});

test('rejects a message for another corp', () => {
  expect(() => unseal(seal('hello', { ...keys, receiveId: 'ww-other' }), keys)).toThrow('somebody else');
});
