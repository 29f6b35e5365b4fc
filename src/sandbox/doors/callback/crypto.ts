import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface CallbackKeys {
  readonly token: string;
  /** EncodingAESKey: 43 characters. */
  readonly aesKey: string;
  /** The corp id, for a self-built app. */
  readonly receiveId: string;
}

const BLOCK = 32;

function keyOf(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  if (key.length !== 32) throw new Error('an EncodingAESKey has 43 characters');
  return key;
}

/** random(16) + length(4, big endian) + message + receive id, padded to 32 bytes (PKCS#7), AES-256-CBC, iv = head of the key. */
export function seal(message: string, keys: CallbackKeys, random: Buffer = randomBytes(16)): string {
  const key = keyOf(keys.aesKey);
  const body = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([random, length, body, Buffer.from(keys.receiveId, 'utf8')]);
  const pad = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}

/** The message inside; throws when padding, length or receive id are not right. */
export function unseal(sealed: string, keys: CallbackKeys): string {
  const key = keyOf(keys.aesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
  const pad = padded[padded.length - 1] ?? 0;
  if (pad < 1 || pad > BLOCK || padded.subarray(-pad).some((byte) => byte !== pad)) throw new Error('bad padding');
  const plain = padded.subarray(0, -pad);
  const end = 20 + plain.readUInt32BE(16);
  if (end > plain.length) throw new Error('bad length');
  if (plain.subarray(end).toString('utf8') !== keys.receiveId) throw new Error('sealed for somebody else');
  return plain.subarray(20, end).toString('utf8');
}

/** The four values sorted bytewise, joined, sha1. */
export function signatureOf(token: string, timestamp: string, nonce: string, sealed: string): string {
  return createHash('sha1').update([token, timestamp, nonce, sealed].sort().join('')).digest('hex');
}
