import type { Heard } from '../corp/outlets.js';

export type ChatEvent = Heard & { readonly seq: number };

const MOST = 500;

/** What the chat account has seen and not yet acknowledged: told again until it is, however often the reader starts anew. */
export class ChatLog {
  private readonly events: ChatEvent[] = [];
  private seq = 0;
  private listeners: (() => void)[] = [];
  private isHeldBack = false;

  get last(): number {
    return this.seq;
  }

  get unacknowledged(): number {
    return this.events.length;
  }

  add(heard: Heard): void {
    this.seq += 1;
    this.events.push({ ...heard, seq: this.seq });
    if (!this.isHeldBack) this.wake();
  }

  /** Who waits hears what `work` adds when it is done, all in one answer: else the first line of a day is an answer of its own. */
  async inOneAnswer<T>(work: () => Promise<T>): Promise<T> {
    this.isHeldBack = true;
    try {
      return await work();
    } finally {
      this.isHeldBack = false;
      if (this.events.length > 0) this.wake();
    }
  }

  /** What came after `after`, which acknowledges all up to it. Waits up to `waitMs` real milliseconds for something. */
  async after(after: number, waitMs: number, gone: AbortSignal): Promise<readonly ChatEvent[]> {
    const kept = this.events.findIndex((event) => event.seq > after);
    this.events.splice(0, kept < 0 ? this.events.length : kept);
    if (this.events.length === 0 && waitMs > 0) await this.something(waitMs, gone);
    return this.events.slice(0, MOST);
  }

  close(): void {
    this.wake();
  }

  private something(waitMs: number, gone: AbortSignal): Promise<void> {
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
