import type { Clock } from '../../../platform/clock.js';
import type { Receive, Received } from '../../channel.js';
import { HOUR_MS } from '../../../domain/day.js';
import type { Connection } from '../../connection.js';
import type { WecomApp, WecomNotice } from '../../wecom-app.js';
import { CallbackCrypto, type Opened as Unsealed, type SealProblem } from './callback-crypto.js';
import { readEnvelope } from './callback-envelope.js';
import { interpretCallback, noticeIn } from './interpret-callback.js';
import type { WecomLogger, WecomSettings } from '../settings.js';

/** The answer to WeCom. After any status except 200 it repeats the call, up to three times (O-90930). */
export interface CallbackReply {
  readonly status: number;
  readonly body: string;
  readonly type: 'text/plain' | 'application/json';
}

export type CallbackQuery = Readonly<Record<string, unknown>>;

/** Why a call was refused. `oversized` and `crowded` come from the HTTP layer. */
export type RefusalCode = SealProblem | 'not_an_echo' | 'oversized' | 'crowded' | 'malformed';

type Opened = Unsealed | { readonly ok: false; readonly refused: 'malformed' };

const STATUS: Readonly<Record<RefusalCode, number>> = {
  bad_signature: 403,
  stale: 403,
  wrong_corp: 403,
  garbled: 400,
  malformed: 400,
  not_an_echo: 400,
  oversized: 413,
  crowded: 503,
};

const ADVICE: Readonly<Record<RefusalCode, string>> = {
  bad_signature: 'The signature does not match: check the callback Token.',
  stale:
    'The signed time is too far from the time here: check the clock of this machine, or WECOM_CALLBACK_MAX_AGE_HOURS.',
  wrong_corp: 'The call is meant for another corp: check the corp id.',
  garbled: 'The content cannot be decrypted: check the callback EncodingAESKey.',
  malformed: 'Not a WeCom callback: msg_signature, timestamp, nonce and an encrypted body are needed.',
  not_an_echo: 'Only the short text that WeCom sends to check an address is echoed.',
  oversized: 'The body is larger than a WeCom callback ever is.',
  crowded: 'Too many large bodies wait to be read; repeat the call.',
};

const DEFAULT_MAX_AGE_HOURS = 24;
/** The ciphertext of the 19 digits that WeCom sends has a seventh of this length. */
const MOST_ECHOSTR = 600;
/** Printable, short, and neither XML nor JSON: events are encrypted with the same key and must never be echoed. */
const echoLike = /^[\x21-\x3b\x3d-\x7a]{1,128}$/;
/** Anybody can cause refusals, so each reason is logged once per interval. */
const LOG_EVERY_MS = 10_000;

/** Handles callbacks, independent of HTTP: verifies, decrypts, passes them to the inbox, and only then acknowledges. */
export class WecomCallback {
  private readonly crypto: CallbackCrypto;
  private readonly maxAgeMs: number;
  private counted: Connection['callbacks'] = { lastAt: null, taken: 0, refused: 0, stale: 0, unknown: 0 };
  private readonly listeners = new Map<string, (notice: WecomNotice) => void>();
  private readonly logged = new Map<RefusalCode, { at: number; since: number }>();

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
    this.maxAgeMs = (settings.callbackMaxAgeHours ?? DEFAULT_MAX_AGE_HOURS) * HOUR_MS;
  }

  /** GET: WeCom checks the callback address and expects the plaintext within 1 s. Nothing else is echoed. */
  verify(query: CallbackQuery): CallbackReply {
    const echostr = query['echostr'];
    if (typeof echostr !== 'string') return this.refuse('malformed');
    if (echostr.length > MOST_ECHOSTR) return this.refuse('not_an_echo');
    let opened = this.open(query, echostr);
    // Form decoding turns a raw "+" into a space; the documentation says only "urldecode" (S).
    if (!opened.ok && echostr.includes(' ')) opened = this.open(query, echostr.replaceAll(' ', '+'));
    if (!opened.ok) return this.refuse(opened.refused);
    if (!echoLike.test(opened.plaintext)) return this.refuse('not_an_echo');
    return { status: 200, body: opened.plaintext, type: 'text/plain' };
  }

  /** Whether the query has the parameters of WeCom. Other calls are refused before their body is read. */
  isPlausible(query: CallbackQuery): boolean {
    return ['msg_signature', 'timestamp', 'nonce'].every((name) => typeof query[name] === 'string');
  }

  /** POST: resolves when the events are durable. Never rejects. */
  async handle(query: CallbackQuery, body: unknown): Promise<CallbackReply> {
    try {
      const encrypt = typeof body === 'string' ? readEnvelope(body) : undefined;
      if (encrypt === undefined) return this.refuse('malformed');
      const opened = this.open(query, encrypt);
      if (!opened.ok) return this.refuse(opened.refused);
      const receive = this.receiver();
      if (!receive) return reply(503, 'not_ready', 'The product is still starting.');
      const received = interpretCallback(opened.plaintext, {
        agentId: this.settings.agentId,
        receivedAt: this.clock.now(),
      });
      await receive(received);
      this.passNotice(opened.plaintext);
      this.countReceived(received);
      return RECEIVED;
    } catch (error) {
      this.logger.error({ err: error }, 'a WeCom callback could not be stored; WeCom will repeat it');
      return reply(503, 'not_stored', 'The event could not be stored; repeat it.');
    }
  }

  /** `WecomApp.onNotice`. */
  readonly onNotice: WecomApp['onNotice'] = (event, listener) => void this.listeners.set(event, listener);

  /** The counts since the start. */
  counts(): Connection['callbacks'] {
    return this.counted;
  }

  refuse(code: RefusalCode): CallbackReply {
    const { refused, stale } = this.counted;
    this.counted = { ...this.counted, refused: refused + 1, stale: stale + (code === 'stale' ? 1 : 0) };
    this.logRefusal(code);
    return reply(STATUS[code], code, ADVICE[code]);
  }

  private passNotice(plaintext: string): void {
    if (this.listeners.size === 0) return;
    const notice = noticeIn(plaintext);
    if (notice) this.listeners.get(notice.event)?.(notice);
  }

  private logRefusal(code: RefusalCode): void {
    const now = this.clock.now();
    const last = this.logged.get(code);
    if (last && now >= last.at && now - last.at < LOG_EVERY_MS) {
      last.since += 1;
      return;
    }
    this.logger.warn(
      { code, ...(last && last.since > 0 ? { alsoRefused: last.since } : {}) },
      'refused a call to the WeCom callback address',
    );
    this.logged.set(code, { at: now, since: 0 });
  }

  private countReceived(received: readonly Received[]): void {
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
    return this.crypto.open(
      { signature, timestamp, nonce, encrypt },
      { now: this.clock.now(), maxAgeMs: this.maxAgeMs },
    );
  }
}

const isUnknown = (one: Received): boolean => one.kind === 'fact' && one.fact.kind === 'unrecognized';

const RECEIVED: CallbackReply = { status: 200, body: '', type: 'text/plain' };

const reply = (status: number, code: string, message: string): CallbackReply => ({
  status,
  body: JSON.stringify({ code, message }),
  type: 'application/json',
});
