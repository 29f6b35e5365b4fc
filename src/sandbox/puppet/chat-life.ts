import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatAccount, ChatDoor, ChatEvent } from './chat-door.js';

/** Receives the chat account's events. */
export interface LifeListener {
  loggedIn(account: ChatAccount): void;
  /** Gets ready for these events; may be asked again when the sandbox could not be reached. */
  prepare(events: readonly ChatEvent[]): Promise<void>;
  /** Resolves when the events are handled, rejects when they must be delivered again. */
  deliver(events: readonly ChatEvent[]): Promise<void>;
  trouble(error: unknown): void;
}

export interface LifeOptions {
  readonly waitMs: number;
  readonly retryAfterMs: number;
}

/** Events delivered together before waiting until all are handled. */
const BATCH = 200;
/** A listener that fails this often on the same events has a bug: the events are skipped. */
const MAX_DELIVERIES = 5;

/** Logs in, polls, delivers events, and acknowledges them with the next poll, until the signal aborts. */
export class ChatLife {
  constructor(
    private readonly door: ChatDoor,
    private readonly listener: LifeListener,
    private readonly options: LifeOptions,
  ) {}

  async live(signal: AbortSignal): Promise<void> {
    const account = await this.untilReached(() => this.door.account(), signal);
    if (!account) return;
    this.listener.loggedIn(account);

    let after = 0;
    let failures = 0;
    while (!signal.aborted) {
      const answer = await this.untilReached(async () => {
        const from = after;
        // A sandbox that went away may come back as a new one, which counts from 1: asking it from where we were would
        // acknowledge events we never received. From 0, at worst, some events arrive twice.
        after = 0;
        const received = await this.door.events(from, this.options.waitMs, signal);
        after = from;
        return received;
      }, signal);
      if (!answer) return;
      for (let start = 0; start < answer.events.length; start += BATCH) {
        const batch = answer.events.slice(start, start + BATCH);
        const delivered = await this.deliver(batch, signal);
        if (signal.aborted) return;
        failures = delivered ? 0 : failures + 1;
        if (failures > 0 && failures < MAX_DELIVERIES) {
          await this.waitForRetry(signal);
          break;
        }
        failures = 0;
        after = batch.at(-1)?.seq ?? after;
      }
    }
  }

  private async deliver(events: readonly ChatEvent[], signal: AbortSignal): Promise<boolean> {
    await this.untilReached(() => this.listener.prepare(events), signal);
    try {
      await unlessAborted(this.listener.deliver(events), signal);
      return true;
    } catch (error) {
      if (!signal.aborted) this.listener.trouble(error);
      return false;
    }
  }

  /** Undefined when the signal aborts before the sandbox could be reached. */
  private async untilReached<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    let isReported = false;
    while (!signal.aborted) {
      try {
        return await call();
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!isReported) this.listener.trouble(error);
        isReported = true;
        await this.waitForRetry(signal);
      }
    }
    return undefined;
  }

  private async waitForRetry(signal: AbortSignal): Promise<void> {
    await sleep(this.options.retryAfterMs, undefined, { signal }).catch(() => undefined);
  }
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error('stopped'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
