import { timingSafeEqual } from 'node:crypto';
import { decrypt, getSignature } from '@wecom/crypto';
import { OperatorMistake } from '../../../platform/errors.js';

/** Why an encrypted call could not be verified and decrypted. */
export type SealProblem = 'bad_signature' | 'stale' | 'wrong_corp' | 'garbled';

export type Opened =
  { readonly ok: true; readonly plaintext: string } | { readonly ok: false; readonly refused: SealProblem };

/** The four values of a signed call, as raw strings: a timestamp read as a number would lose its leading zeros. */
export interface Sealed {
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypt: string;
}

export interface CallbackSecrets {
  readonly corpId: string;
  readonly token: string;
  readonly aesKey: string;
}

/** How far the time of a call may lie from ours, either way. */
export interface Freshness {
  /** Epoch ms. */
  readonly now: number;
  readonly maxAgeMs: number;
}

const SIGNATURE_CHARACTERS = 40;

/**
 * Verifies and decrypts the calls of WeCom (O-90968, O-91144). `@wecom/crypto` does the cryptography (within 15 % of bare
 * node:crypto when measured), but it compares neither signature nor receiver and throws on bad input, so this class does
 * that. The signature is checked first, because CBC without a MAC decrypts tampered text to garbage without an error. It
 * includes the time, so a recorded call cannot be sent again later.
 */
export class CallbackCrypto {
  constructor(private readonly secrets: CallbackSecrets) {
    // Node also decodes 44 characters (with the "="), so the length of the text is checked.
    if (!/^[A-Za-z0-9]{43}$/.test(secrets.aesKey)) {
      throw new OperatorMistake(
        'bad_callback_aes_key',
        'The callback EncodingAESKey must be exactly 43 letters and digits; copy it from the app’s 接收消息 page.',
        { setting: 'callbackAesKey' },
      );
    }
  }

  open(sealed: Sealed, freshness: Freshness): Opened {
    if (!this.isSigned(sealed)) return refuse('bad_signature');
    if (!isFresh(sealed.timestamp, freshness)) return refuse('stale');
    let opened: { message: string; id: string };
    try {
      opened = decrypt(this.secrets.aesKey, sealed.encrypt);
    } catch {
      return refuse('garbled');
    }
    if (opened.id === this.secrets.corpId) return { ok: true, plaintext: opened.message };
    // A wrong key gives noise, a call for another corp a valid id. An admin needs to know which.
    return refuse(/^[\w-]{6,64}$/.test(opened.id) ? 'wrong_corp' : 'garbled');
  }

  private isSigned(sealed: Sealed): boolean {
    if (sealed.signature.length !== SIGNATURE_CHARACTERS) return false;
    const expected = getSignature(this.secrets.token, sealed.timestamp, sealed.nonce, sealed.encrypt);
    const given = Buffer.from(sealed.signature, 'latin1');
    const wanted = Buffer.from(expected, 'latin1');
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

/** The timestamp is in seconds. Anything else is refused. */
const isFresh = (timestamp: string, { now, maxAgeMs }: Freshness): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1_000) <= maxAgeMs;

const refuse = (refused: SealProblem): Opened => ({ ok: false, refused });
