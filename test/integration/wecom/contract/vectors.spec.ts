import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interpretCallback } from '../../../../src/channels/wecom/callback/interpret-callback.js';
import { CallbackCrypto } from '../../../../src/channels/wecom/callback/callback-crypto.js';
import { seal, signatureOf, unseal } from '../../../../src/sandbox/doors/callback/crypto.js';

interface Sealed {
  readonly timestamp: string;
  readonly nonce: string;
  readonly msg_signature: string;
  readonly plain?: string;
}
interface VectorFile {
  readonly token: string;
  readonly encoding_aes_key: string;
  readonly corpid: string;
  readonly verify?: Sealed & { readonly echostr: string };
  readonly post: Sealed & { readonly encrypt: string };
}

const read = (name: string): VectorFile =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/wecom/${name}.json`, import.meta.url), 'utf8')) as VectorFile;
const official = read('official_vectors');
const goWorkwx = read('vector_go_workwx');

/** Contract §2.3: the official GET and POST samples, and that of go-workwx. */
const vectors = [
  { name: 'the official GET sample', file: official, call: official.verify!, ciphertext: official.verify!.echostr },
  { name: 'the official POST sample', file: official, call: official.post, ciphertext: official.post.encrypt },
  { name: 'the sample of go-workwx', file: goWorkwx, call: goWorkwx.post, ciphertext: goWorkwx.post.encrypt },
].map(({ name, file, call, ciphertext }) => ({
  name,
  call,
  ciphertext,
  keys: { token: file.token, aesKey: file.encoding_aes_key, receiveId: file.corpid },
}));

type Vector = (typeof vectors)[number];

const openedByProduct = ({ keys, call }: Vector, encrypt: string, signature: string) =>
  new CallbackCrypto({ corpId: keys.receiveId, token: keys.token, aesKey: keys.aesKey }).open(
    { timestamp: call.timestamp, nonce: call.nonce, signature, encrypt },
    { now: Number(call.timestamp) * 1_000, maxAgeMs: 60_000 },
  );

/** Decrypted with nothing but node:crypto, padding and all. */
function bare({ keys, ciphertext }: Vector): Buffer {
  const key = Buffer.from(`${keys.aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()]);
}

describe.each(vectors)('with $name', (vector) => {
  const { keys, call, ciphertext } = vector;
  const message = unseal(ciphertext, keys);

  it('product and sandbox decrypt the documented text', () => {
    expect(openedByProduct(vector, ciphertext, call.msg_signature)).toEqual({ ok: true, plaintext: message });
    if (call.plain !== undefined) expect(message).toBe(call.plain);
  });

  it('the sandbox makes the signature of the sample, and the product refuses any other', () => {
    expect(signatureOf(keys.token, call.timestamp, call.nonce, ciphertext)).toBe(call.msg_signature);
    const others = [
      signatureOf('another', call.timestamp, call.nonce, ciphertext),
      signatureOf(keys.token, `0${call.timestamp}`, call.nonce, ciphertext),
      signatureOf(keys.token, call.timestamp, call.nonce, `${ciphertext.slice(0, -4)}AAA=`),
      call.msg_signature.toUpperCase(),
    ];
    for (const signature of others)
      expect(openedByProduct(vector, ciphertext, signature)).toEqual({ ok: false, refused: 'bad_signature' });
  });

  it('the sandbox encrypts it byte for byte as in the sample, given the same random head', () => {
    expect(seal(message, keys, bare(vector).subarray(0, 16))).toBe(ciphertext);
  });

  it('the product decrypts a new call of the sandbox, but not one for another corp', () => {
    const fresh = seal(message, keys);
    expect(fresh).not.toBe(ciphertext);
    const sign = (text: string) => signatureOf(keys.token, call.timestamp, call.nonce, text);
    expect(openedByProduct(vector, fresh, sign(fresh))).toEqual({ ok: true, plaintext: message });
    const foreign = seal(message, { ...keys, receiveId: 'ww0000000000000001' });
    expect(openedByProduct(vector, foreign, sign(foreign))).toEqual({ ok: false, refused: 'wrong_corp' });
    expect(() => unseal(foreign, keys)).toThrow('somebody else');
  });
});

describe('the official POST sample', () => {
  const vector = vectors[1]!;

  it('has 284 bytes and a padding of 30, which a decoder for blocks of 16 would not remove', () => {
    const plain = bare(vector);
    expect([plain.readUInt32BE(16), plain.at(-1)]).toEqual([284, 30]);
  });

  it('is a command whose 64-bit id keeps every digit', () => {
    const message = unseal(vector.ciphertext, vector.keys);
    expect(interpretCallback(message, { agentId: 218, receivedAt: 0 })).toMatchObject([
      { kind: 'command', command: { key: 'wecom:msg:218:mycreate:4561255354251345929', text: 'hello' } },
    ]);
    expect(Number('4561255354251345929')).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });
});
