import type { ChatEvent } from '../corp/outlets.js';

export type NumberedChatEvent = ChatEvent & { readonly seq: number };

const MOST = 500;

/** Chat events that are not acknowledged yet. They are sent again until they are, also after the reader restarted. */
export class ChatLog {
  private readonly events: NumberedChatEvent[] = [];
  private seq = 0;
  private listeners: (() => void)[] = [];
  private isBatching = false;

  get last(): number {
    return this.seq;
  }

  get unacknowledged(): number {
    return this.events.length;
  }

  add(event: ChatEvent): void {
    this.seq += 1;
    this.events.push({ ...event, seq: this.seq });
    if (!this.isBatching) this.wake();
  }

  /** Sends all events of `work` in one answer when it is done. Otherwise the first event would be an answer of its own. */
  async inOneAnswer<T>(work: () => Promise<T>): Promise<T> {
    this.isBatching = true;
    try {
      return await work();
    } finally {
      this.isBatching = false;
      if (this.events.length > 0) this.wake();
    }
  }

  /** The events after number `after`; those up to it are acknowledged. If there are none, waits up to `waitMs` real ms for one. */
  async after(after: number, waitMs: number, gone: AbortSignal): Promise<readonly NumberedChatEvent[]> {
    const kept = this.events.findIndex((event) => event.seq > after);
    this.events.splice(0, kept < 0 ? this.events.length : kept);
    if (this.events.length === 0 && waitMs > 0) await this.nextEvent(waitMs, gone);
    return this.events.slice(0, MOST);
  }

  close(): void {
    this.wake();
  }

  private nextEvent(waitMs: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      gone.addEventListener('abort', done, { once: true });
      this.listeners.push(done);
    });
  }

  private wake(): void {
    const waiting = this.listeners;
    this.listeners = [];
    for (const done of waiting) done();
  }
}
