import { readFileSync } from 'node:fs';
import { encrypt, getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallbackCrypto, type Sealed } from './callback-crypto.js';

interface Vector {
  readonly timestamp: string;
  readonly nonce: string;
  readonly msg_signature: string;
  readonly echostr: string;
  readonly encrypt: string;
  readonly plain: string;
  readonly expect_in_plain: readonly string[];
}

const official = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/wecom/official_vectors.json', import.meta.url), 'utf8'),
) as {
  readonly token: string;
  readonly encoding_aes_key: string;
  readonly corpid: string;
  readonly verify: Vector;
  readonly post: Vector;
};

const secrets = { corpId: official.corpid, token: official.token, aesKey: official.encoding_aes_key };
const crypto = new CallbackCrypto(secrets);
const signedAt = 1_409_659_813_000;
const open = (call: Sealed, now = signedAt) => crypto.open(call, { now, maxAgeMs: 24 * 3_600_000 });

const sealed = (ciphertext: string) => ({
  signature: getSignature(secrets.token, '1409659813', '1372623149', ciphertext),
  timestamp: '1409659813',
  nonce: '1372623149',
  encrypt: ciphertext,
});

describe('CallbackCrypto', () => {
  it('opens the official GET vector', () => {
    const { timestamp, nonce, echostr, msg_signature: signature, plain } = official.verify;
    expect(open({ timestamp, nonce, signature, encrypt: echostr })).toEqual({ ok: true, plaintext: plain });
  });

  it('opens the official POST vector, whose padding is longer than one AES block', () => {
    const { timestamp, nonce, encrypt: ciphertext, msg_signature: signature, expect_in_plain: parts } = official.post;
    const opened = open({ timestamp, nonce, signature, encrypt: ciphertext });
    expect(opened.ok && parts.every((part) => opened.plaintext.includes(part))).toBe(true);
  });

  it('refuses a signature that differs in one character, in length, or is not ASCII', () => {
    const good = sealed(official.post.encrypt);
    for (const signature of [good.signature.replace(/^./, 'z'), good.signature.slice(1), '', '签名'.repeat(20)]) {
      expect(open({ ...good, signature })).toEqual({ ok: false, refused: 'bad_signature' });
    }
  });

  it.each([
    ['was signed a second too long ago', signedAt + 24 * 3_600_000 + 1_000],
    ['was signed a second too far ahead', signedAt - 24 * 3_600_000 - 1_000],
    ['was recorded years ago', signedAt + 10 * 365 * 24 * 3_600_000],
  ])('refuses as stale what %s', (_what, now) => {
    expect(open(sealed(official.post.encrypt), now)).toEqual({ ok: false, refused: 'stale' });
  });

  it('opens what was signed within the span, either way', () => {
    for (const now of [signedAt + 24 * 3_600_000, signedAt - 24 * 3_600_000])
      expect(open(sealed(official.post.encrypt), now).ok).toBe(true);
  });

  it.each(['', 'soon', '1409659813.0', '-1', '99999999999999', '0x54055aa5'])(
    'refuses as stale what is signed at %s, which is no time',
    (timestamp) => {
      const encrypt = official.post.encrypt;
      const signature = getSignature(secrets.token, timestamp, '1', encrypt);
      expect(open({ signature, timestamp, nonce: '1', encrypt })).toEqual({ ok: false, refused: 'stale' });
    },
  );

  it('says of what is unsigned only that it is, however old', () => {
    const call = { ...sealed(official.post.encrypt), signature: 'f'.repeat(40) };
    expect(open(call, 0)).toEqual({ ok: false, refused: 'bad_signature' });
  });

  it('refuses a call meant for another corp', () => {
    expect(open(sealed(encrypt(secrets.aesKey, '<xml/>', 'ww0000000000000001')))).toEqual({
      ok: false,
      refused: 'wrong_corp',
    });
  });

  it('calls what was encrypted with another key garbled', () => {
    const otherKey = 'cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP';
    expect(open(sealed(encrypt(otherKey, '<xml/>', secrets.corpId)))).toMatchObject({ ok: false });
  });

  it('refuses a key that is not 43 characters when it is made', () => {
    expect(() => new CallbackCrypto({ ...secrets, aesKey: `${secrets.aesKey}=` })).toThrow('43 letters and digits');
  });

  it('gives back whatever text was sealed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text).toString()),
        (text) => {
          expect(open(sealed(encrypt(secrets.aesKey, text, secrets.corpId)))).toEqual({
            ok: true,
            plaintext: text,
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('never throws and never opens garbage, even well signed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.base64String(),
          fc.string(),
          fc.uint8Array({ maxLength: 96 }).map((bytes) => Buffer.from(bytes).toString('base64')),
        ),
        (garbage) => {
          expect(open(sealed(garbage)).ok).toBe(false);
        },
      ),
    );
  });
});
