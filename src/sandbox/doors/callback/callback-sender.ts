import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from '../../calendar.js';
import type { Shares } from '../../mischief.js';
import type { Random } from '../../random.js';
import { seal, signatureOf, type CallbackKeys } from './crypto.js';
import { envelopeOf, type Envelope, type OuterBody } from './envelope.js';

/** One event on its way to the product. `unsent`: there was no callback address. */
export interface Callback {
  readonly at: number;
  readonly plaintext: string;
  state: 'waiting' | 'answered' | 'lost' | 'unsent';
  /** How often it was posted, and how often the answer was 200. */
  posts: number;
  answers: number;
}

export interface CallbackSenderSettings {
  readonly keys: CallbackKeys;
  readonly agentId: string;
  /** Current shares of callbacks sent twice, late or never. */
  readonly shares: Pick<Shares, 'duplicate' | 'reorder' | 'lose'>;
  readonly envelope: Envelope;
  /** Real milliseconds until an unanswered post is cut off. */
  readonly answerLimitMs: number;
  /** Real ms for which a callback waits while nobody listens at the address, as during a restart of the product. */
  readonly patienceMs: number;
}

type Outcome = 'answered' | 'refused' | 'down';

const CONCURRENCY = 8;
const REPEATS = 3;
/** Real ms between repeats. The platform publishes none. */
const REPEAT_AFTER_MS = 100;

/**
 * Posts callbacks as the platform does: 5 s to answer, 200 counts, else again up to three times, each time sealed anew
 * (fresh nonce and ciphertext, same plaintext) unless the envelope says otherwise. A share is sent twice or late, because the real platform does both.
 */
export class CallbackSender {
  readonly callbacks: Callback[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY * 2 });
  private readonly queue: Callback[] = [];
  private readonly delayed: { readonly callback: Callback; behind: number }[] = [];
  private readonly sealed = new WeakMap<Callback, Sealed>();
  private busy = 0;
  private downSince: number | undefined;
  private idle: (() => void)[] = [];
  private url: URL | undefined;
  private closed = false;

  constructor(
    private readonly settings: CallbackSenderSettings,
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  address(url: string | undefined): void {
    this.url = url === undefined ? undefined : new URL(url);
    this.downSince = undefined;
  }

  get hasAddress(): boolean {
    return this.url !== undefined;
  }

  get waiting(): number {
    return this.queue.length + this.delayed.length + this.busy;
  }

  post(plaintext: string): void {
    const callback: Callback = {
      at: this.now(),
      plaintext,
      state: this.url ? 'waiting' : 'unsent',
      posts: 0,
      answers: 0,
    };
    this.callbacks.push(callback);
    const late = this.random.chance(this.settings.shares.reorder);
    const behind = this.random.int(1, 4);
    if (this.settings.shares.lose > 0 && callback.state === 'waiting' && this.random.chance(this.settings.shares.lose))
      callback.state = 'lost';
    if (callback.state !== 'waiting') return;
    if (late) this.delayed.push({ callback, behind });
    else this.queue.push(callback);
    for (const entry of this.delayed) entry.behind -= entry.callback === callback ? 0 : 1;
    this.release((entry) => entry.behind <= 0);
    this.sendNext();
  }

  /** Resolves when every callback has been answered or given up. */
  async settled(): Promise<void> {
    this.release(() => true);
    this.sendNext();
    await this.below(1);
  }

  /** Resolves when fewer than `limit` callbacks are on their way. */
  async below(limit: number): Promise<void> {
    while (this.queue.length + this.busy >= limit && !this.closed) {
      await new Promise<void>((resolve) => this.idle.push(resolve));
    }
  }

  close(): void {
    this.closed = true;
    this.queue.length = 0;
    this.agent.destroy();
    this.wake();
  }

  private release(isDue: (entry: { readonly behind: number }) => boolean): void {
    for (let i = this.delayed.length - 1; i >= 0; i -= 1) {
      const entry = this.delayed[i];
      if (entry && isDue(entry)) {
        this.delayed.splice(i, 1);
        this.queue.push(entry.callback);
      }
    }
  }

  private sendNext(): void {
    while (this.busy < CONCURRENCY) {
      const callback = this.queue.shift();
      if (!callback) return;
      const twice = this.random.chance(this.settings.shares.duplicate);
      this.busy += 1;
      void this.deliver(callback)
        .then(() => (twice && callback.state === 'answered' ? this.tryOnce(callback) : undefined))
        .finally(() => {
          this.busy -= 1;
          // Nothing waits any more, so the next outage gets the whole patience again.
          if (this.busy + this.queue.length === 0) this.downSince = undefined;
          this.sendNext();
          this.wake();
        });
    }
  }

  private wake(): void {
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }

  private async deliver(callback: Callback): Promise<void> {
    let repeats = 0;
    let waitMs = 25;
    while (!this.closed) {
      const outcome = await this.tryOnce(callback);
      if (outcome === 'answered') {
        callback.state = 'answered';
        this.downSince = undefined;
        return;
      }
      if (outcome === 'refused') {
        this.downSince = undefined;
        if (repeats >= REPEATS) break;
        repeats += 1;
        await pause(REPEAT_AFTER_MS);
        continue;
      }
      // Real time on purpose: simulated time stands still while the product is being started again.
      this.downSince ??= Date.now();
      if (Date.now() - this.downSince > this.settings.patienceMs) break;
      await pause(waitMs);
      waitMs = Math.min(500, waitMs * 2);
    }
    callback.state = 'lost';
  }

  private async tryOnce(callback: Callback): Promise<Outcome> {
    if (!this.url) return 'down';
    const sealed = this.sealFor(callback);
    callback.posts += 1;
    const outcome = await send(sealed, this.agent, this.settings.answerLimitMs);
    if (outcome === 'answered') callback.answers += 1;
    return outcome;
  }

  private sealFor(callback: Callback): Sealed {
    const { keys, agentId, envelope } = this.settings;
    const before = this.sealed.get(callback);
    if (before && envelope.sameSeal) return before;
    const ciphertext = seal(callback.plaintext, keys);
    const timestamp = String(seconds(this.now()));
    const nonce = String(randomBytes(4).readUInt32BE());
    const url = new URL(this.url as URL);
    url.searchParams.set('msg_signature', signatureOf(keys.token, timestamp, nonce, ciphertext));
    url.searchParams.set('timestamp', timestamp);
    url.searchParams.set('nonce', nonce);
    const sealed = { url, ...envelopeOf(keys.receiveId, ciphertext, agentId, envelope) };
    if (envelope.sameSeal) this.sealed.set(callback, sealed);
    return sealed;
  }
}

interface Sealed extends OuterBody {
  readonly url: URL;
}

function send({ url, body, contentType }: Sealed, agent: Agent, limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200 ? 'answered' : 'refused'));
      answer.on('error', () => resolve('down'));
    });
    const limit = setTimeout(() => {
      resolve('refused');
      call.destroy();
    }, limitMs);
    call.on('error', () => resolve('down'));
    call.on('close', () => clearTimeout(limit));
    call.end(body);
  });
}
