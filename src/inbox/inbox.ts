import type { CommandRequest, Receive, Received } from '../channels/channel.js';
import type { Fact } from '../domain/fact.js';
import { commandRequestStore } from './command-request.store.js';
import { factStore } from './fact.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { ROWS_PER_STATEMENT } from '../platform/database/insert-statement.js';
import { storableText } from '../platform/database/storable.js';
import { RetryLater } from '../platform/errors.js';

interface PendingRequest {
  readonly facts: readonly Fact[];
  readonly commands: readonly CommandRequest[];
  /** Filled on commit with the keys that were new; null where nobody asks, which is quicker. */
  readonly newKeys: Set<string> | null;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** Further facts wait for the next commit, so that one commit stays short. */
const MAX_FACTS_PER_COMMIT = 2_000;

/**
 * Stores facts and commands and resolves once they are durable. Requests that arrive during a commit share the next one
 * (group commit): WeCom cuts a callback off after 5 s (contract §2.4), and one commit per request reaches only a quarter
 * of the throughput.
 */
export class Inbox {
  private pending: PendingRequest[] = [];
  private committing = false;

  /** `onStored` is called after every commit: it wakes the work loop. */
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly onStored: () => void,
  ) {}

  now(): number {
    return this.clock.now();
  }

  /** Resolves when everything is durable. A key that was stored before is a duplicate and changes nothing. */
  readonly receive: Receive = async (received: readonly Received[]) => {
    if (received.length === 0) return;
    const facts: Fact[] = [];
    const commands: CommandRequest[] = [];
    for (const item of received)
      if (item.kind === 'fact') facts.push(item.fact);
      else commands.push(item.command);
    await this.enqueue(facts, commands, null);
  };

  /** Stores bundles of facts that belong together. A bundle counts as accepted when the key of its first fact was new. */
  async receiveBundles(bundles: readonly (readonly Fact[])[]): Promise<{ accepted: number }> {
    const newKeys = new Set<string>();
    await this.enqueue(bundles.flat(), [], newKeys);
    const firstKeys = bundles.flatMap(([first]) => (first ? [first.key] : []));
    return { accepted: firstKeys.filter((key) => newKeys.delete(key)).length };
  }

  /** Resolves once all of it is durable. */
  private enqueue(
    facts: readonly Fact[],
    commands: readonly CommandRequest[],
    newKeys: Set<string> | null,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pending.push({ facts, commands, newKeys, resolve, reject });
      if (!this.committing) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.pending.length > 0) {
      // Requests of the same turn of the event loop join this commit. Otherwise the first would be committed alone while
      // all others wait for it.
      await new Promise((turnIsOver) => setImmediate(turnIsOver));
      await this.commitBatch(this.nextBatch());
    }
    this.committing = false;
  }

  private async commitBatch(batch: readonly PendingRequest[]): Promise<void> {
    try {
      const newKeys = await this.insert(batch);
      for (const request of batch) {
        // A key that occurs twice in one commit is new only for the first request that has it.
        if (newKeys.size > 0)
          for (const { key } of [...request.facts, ...request.commands])
            if (newKeys.delete(storableText(key))) request.newKeys?.add(key);
        request.resolve();
      }
      this.onStored();
    } catch (cause) {
      // One request that the database refuses must not fail the others of its commit: each is tried alone.
      if (batch.length > 1 && !(cause instanceof RetryLater))
        for (const request of batch) await this.commitBatch([request]);
      else for (const request of batch) request.reject(new RetryLater('not_stored', undefined, { cause }));
    }
  }

  /** Returns the keys that were new, if anybody asks for them. */
  private insert(batch: readonly PendingRequest[]): Promise<Set<string>> {
    const facts = batch.flatMap((request) => request.facts);
    const commands = batch.flatMap((request) => request.commands);
    const now = this.clock.now();
    const isAsked = batch.some(({ newKeys }) => newKeys !== null);
    // Nearly every commit: it is one statement, and needs no transaction around it.
    if (!isAsked && commands.length === 0 && facts.length <= ROWS_PER_STATEMENT)
      return this.db.writeOne(async (sql) => {
        await factStore.append(sql, facts, now);
        return new Set<string>();
      });
    return this.db.write(async (tx) => {
      if (!isAsked) await factStore.append(tx, facts, now);
      const newKeys = isAsked ? await factStore.appendNew(tx, facts, now) : new Set<string>();
      for (const key of await commandRequestStore.append(tx, commands, now)) newKeys.add(key);
      return newKeys;
    });
  }

  private nextBatch(): PendingRequest[] {
    let facts = 0;
    let count = 0;
    while (
      count < this.pending.length &&
      (count === 0 || facts + this.pending[count]!.facts.length <= MAX_FACTS_PER_COMMIT)
    )
      facts += this.pending[count++]!.facts.length;
    return this.pending.splice(0, count);
  }
}
