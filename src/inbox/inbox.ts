import type { CommandRequest, Receive, Received } from '../channels/channel.js';
import type { Fact } from '../domain/fact.js';
import { commandRequestStore } from './command-request.store.js';
import { factStore } from './fact.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { storableText } from '../platform/database/storable.js';
import { RetryLater } from '../platform/errors.js';

interface Waiting {
  readonly facts: readonly Fact[];
  readonly commands: readonly CommandRequest[];
  /** Filled with the keys that were new. */
  readonly fresh: Set<string>;
  readonly settle: () => void;
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

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly arrived: () => void,
  ) {}

  now(): number {
    return this.clock.now();
  }

  readonly receive: Receive = (received) => this.keep(received);

  /** Resolves when all of it is durable. Facts and commands told before are duplicates, and free. */
  keep(received: readonly Received[]): Promise<{ accepted: number; duplicates: number }> {
    const facts: Fact[] = [];
    const commands: CommandRequest[] = [];
    for (const item of received) {
      // The key as it will be stored, or a new one would look like a repeat.
      if (item.kind === 'fact') facts.push({ ...item.fact, key: storableText(item.fact.key) });
      else commands.push({ ...item.command, key: storableText(item.command.key) });
    }
    if (received.length === 0) return Promise.resolve({ accepted: 0, duplicates: 0 });
    const fresh = new Set<string>();
    return this.enqueue(facts, commands, fresh).then(() => ({
      accepted: fresh.size,
      duplicates: received.length - fresh.size,
    }));
  }

  /** Resolves when durable; the keys that were new are added to `fresh`. */
  private enqueue(facts: readonly Fact[], commands: readonly CommandRequest[], fresh: Set<string>): Promise<void> {
    return new Promise((settle, fail) => {
      this.waiting.push({ facts, commands, fresh, settle, fail });
      if (!this.committing) void this.commit();
    });
  }

  /** Facts in bundles that belong together: a bundle counts as accepted when its first fact was new. */
  async keepAll(bundles: readonly (readonly Fact[])[]): Promise<{ accepted: number }> {
    const fresh = new Set<string>();
    await this.enqueue(bundles.flat(), [], fresh);
    const heads = bundles.flatMap(([head]) => (head ? [head.key] : []));
    return { accepted: heads.filter((key) => fresh.delete(key)).length };
  }

  private async commit(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      // Whoever came in the same turn of the event loop goes along; else the first would have a commit to itself, and all
      // the others would wait for it.
      await new Promise((turnIsOver) => setImmediate(turnIsOver));
      const batch = this.take();
      await this.storeAndTell(batch);
    }
    this.committing = false;
  }

  private async storeAndTell(batch: readonly Waiting[]): Promise<void> {
    try {
      const fresh = await this.store(batch);
      for (const item of batch) {
        // A key told twice in one commit was accepted once: by the first who told it.
        for (const { key } of item.facts) if (fresh.delete(key)) item.fresh.add(key);
        for (const { key } of item.commands) if (fresh.delete(key)) item.fresh.add(key);
        item.settle();
      }
      this.arrived();
    } catch (cause) {
      // What the database refuses of one request must not take down the others that share its commit.
      if (batch.length > 1 && !(cause instanceof RetryLater)) for (const item of batch) await this.storeAndTell([item]);
      else for (const item of batch) item.fail(new RetryLater('not_stored', undefined, { cause }));
    }
  }

  /** Answers the keys that were new. */
  private store(batch: readonly Waiting[]): Promise<Set<string>> {
    const facts = batch.flatMap((item) => item.facts);
    const commands = batch.flatMap((item) => item.commands);
    const now = this.clock.now();
    return this.db.write(async (tx) => {
      const fresh = await factStore.appendNew(tx, facts, now);
      for (const key of await commandRequestStore.append(tx, commands, now)) fresh.add(key);
      return fresh;
    });
  }

  private take(): Waiting[] {
    let rows = 0;
    let count = 0;
    while (count < this.waiting.length && (count === 0 || rows + this.waiting[count]!.facts.length <= MOST_PER_COMMIT))
      rows += this.waiting[count++]!.facts.length;
    return this.waiting.splice(0, count);
  }
}
