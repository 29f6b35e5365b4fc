import type { Clock } from '../../platform/clock.js';
import type { Connection, Receive, Received } from '../channel.js';
import { CallbackCrypto, type Opened, type RefusalCode } from './callback-crypto.js';
import { readEnvelope } from './callback-envelope.js';
import { interpretCallback } from './interpret-callback.js';
import type { WecomLogger, WecomSettings } from './settings.js';

/** What goes back to WeCom. Anything but 200 makes it try again, up to three times (O-90930). */
export interface CallbackReply {
  readonly status: number;
  readonly body: string;
  readonly type: 'text/plain' | 'application/json';
}

export type CallbackQuery = Readonly<Record<string, unknown>>;

const STATUS: Readonly<Record<RefusalCode, number>> = {
  bad_signature: 403,
  wrong_corp: 403,
  garbled: 400,
  malformed: 400,
  oversized: 413,
};

const ADVICE: Readonly<Record<RefusalCode, string>> = {
  bad_signature: 'The signature does not match: check the callback Token.',
  wrong_corp: 'The call is meant for another corp: check the corp id.',
  garbled: 'The content cannot be decrypted: check the callback EncodingAESKey.',
  malformed: 'Not a WeCom callback: msg_signature, timestamp, nonce and an encrypted body are needed.',
  oversized: 'The body is larger than a WeCom callback ever is.',
};

/** The callback door without its HTTP framework: verify, decrypt, hand over, and only then say "received". */
export class WecomCallback {
  private readonly crypto: CallbackCrypto;
  private counted: Connection['callbacks'] = { lastAt: null, taken: 0, refused: 0, unknown: 0 };

  constructor(
    private readonly settings: WecomSettings,
    private readonly receiver: () => Receive | undefined,
    private readonly clock: Clock,
    private readonly logger: WecomLogger,
  ) {
    this.crypto = new CallbackCrypto({
      corpId: settings.corpId,
      token: settings.callbackToken,
      aesKey: settings.callbackAesKey,
    });
  }

  /** GET: the admin saves the callback address; the bare plaintext must be back within 1 s. */
  verify(query: CallbackQuery): CallbackReply {
    const echostr = query['echostr'];
    if (typeof echostr !== 'string') return this.refuse('malformed');
    let opened = this.open(query, echostr);
    // A raw "+" arrives as a space when the query is decoded as a form; WeCom's docs say only "urldecode" (S).
    if (!opened.ok && echostr.includes(' ')) opened = this.open(query, echostr.replaceAll(' ', '+'));
    return opened.ok ? { status: 200, body: opened.plaintext, type: 'text/plain' } : this.refuse(opened.refused);
  }

  /** POST: resolves once what happened is durable. Never rejects. */
  async take(query: CallbackQuery, body: unknown): Promise<CallbackReply> {
    const encrypt = typeof body === 'string' ? readEnvelope(body) : undefined;
    if (encrypt === undefined) return this.refuse('malformed');
    const opened = this.open(query, encrypt);
    if (!opened.ok) return this.refuse(opened.refused);
    const receive = this.receiver();
    if (!receive) return reply(503, 'not_ready', 'The product is still starting.');
    try {
      const received = interpretCallback(opened.plaintext, {
        agentId: this.settings.agentId,
        receivedAt: this.clock.now(),
      });
      await receive(received);
      this.countTaken(received);
      return RECEIVED;
    } catch (error) {
      this.logger.error({ err: error }, 'a WeCom callback could not be stored; WeCom will repeat it');
      return reply(503, 'not_stored', 'The event could not be stored; repeat it.');
    }
  }

  /** What came to the door since the start. */
  figures(): Connection['callbacks'] {
    return this.counted;
  }

  refuse(code: RefusalCode): CallbackReply {
    this.counted = { ...this.counted, refused: this.counted.refused + 1 };
    this.logger.warn({ code }, 'refused a call at the WeCom callback door');
    return reply(STATUS[code], code, ADVICE[code]);
  }

  private countTaken(received: readonly Received[]): void {
    const { taken, unknown } = this.counted;
    this.counted = {
      ...this.counted,
      lastAt: this.clock.now(),
      taken: taken + 1,
      unknown: unknown + (received.some(isUnknown) ? 1 : 0),
    };
  }

  private open(query: CallbackQuery, encrypt: string): Opened {
    const { msg_signature: signature, timestamp, nonce } = query;
    if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string')
      return { ok: false, refused: 'malformed' };
    return this.crypto.open({ signature, timestamp, nonce, encrypt });
  }
}

const isUnknown = (one: Received): boolean => one.kind === 'fact' && one.fact.kind === 'unrecognized';

const RECEIVED: CallbackReply = { status: 200, body: '', type: 'text/plain' };

const reply = (status: number, code: string, message: string): CallbackReply => ({
  status,
  body: JSON.stringify({ code, message }),
  type: 'application/json',
});
