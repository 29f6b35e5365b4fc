import type { CommandRequest, Receive, Received } from '../channels/channel.js';
import type { Fact } from '../domain/fact.js';
import { stores } from '../engine/stores.js';
import { commandRequests } from '../commands/command-request.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { RetryLater } from '../platform/errors.js';

interface Waiting {
  readonly facts: readonly Fact[];
  readonly commands: readonly CommandRequest[];
  readonly settle: (outcome: { accepted: number; duplicates: number }) => void;
  readonly fail: (cause: unknown) => void;
}

/** More rows than this wait for the next commit, so that one commit stays short. */
const MOST_PER_COMMIT = 2_000;

/**
 * Makes what happened durable, then says so. Requests that arrive while a commit is under way share the next one (group
 * commit): WeCom cuts a callback off after 5 s (contract §2.4), and one commit each is a quarter of the throughput.
 */
export class Intake {
  private waiting: Waiting[] = [];
  private committing = false;

  constructor(private readonly db: Database, private readonly clock: Clock, private readonly arrived: () => void) {}

  readonly receive: Receive = (received) => this.keep(received);

  /** Resolves when all of it is durable. Facts and commands told before are duplicates, and free. */
  keep(received: readonly Received[]): Promise<{ accepted: number; duplicates: number }> {
    const facts = received.flatMap((item) => (item.kind === 'fact' ? [item.fact] : []));
    const commands = received.flatMap((item) => (item.kind === 'command' ? [item.command] : []));
    if (received.length === 0) return Promise.resolve({ accepted: 0, duplicates: 0 });
    return new Promise((settle, fail) => {
      this.waiting.push({ facts, commands, settle, fail });
      if (!this.committing) void this.commit();
    });
  }

  private async commit(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        const now = this.clock.now();
        const fresh = await this.db.write(async (tx) => {
          const news = await stores.facts.appendNew(tx, batch.flatMap((item) => item.facts), now);
          for (const key of await commandRequests.append(tx, batch.flatMap((item) => item.commands), now)) news.add(key);
          return news;
        });
        for (const item of batch) {
          const keys = [...item.facts, ...item.commands].map((told) => told.key);
          // A key told twice in one commit was accepted once: by the first who told it.
          const accepted = keys.filter((key) => fresh.delete(key)).length;
          item.settle({ accepted, duplicates: keys.length - accepted });
        }
        this.arrived();
      } catch (cause) {
        for (const item of batch) item.fail(new RetryLater('not_stored', undefined, { cause }));
      }
    }
    this.committing = false;
  }

  private take(): Waiting[] {
    let rows = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || rows + this.waiting[count]!.facts.length <= MOST_PER_COMMIT)) rows += this.waiting[count++]!.facts.length;
    return this.waiting.splice(0, count);
  }
}
