import type { Database } from './database.js';
import type { Sql } from './sql.js';

interface PendingWrite<T> {
  readonly work: (tx: Sql) => Promise<T | undefined>;
  readonly settle: () => void;
  readonly fail: (cause: unknown) => void;
}

const MAX_BATCH = 64;

/**
 * Small writes that arrive in one turn of the event loop, or while a transaction runs, share the next transaction. If the
 * batch fails, each write runs alone, so that one failure does not roll back the others. `finish` gets the results of the
 * batch, without the undefined ones, and writes them in the same transaction.
 */
export class BatchedWrites<T> {
  private waiting: PendingWrite<T>[] = [];
  private writing = false;

  constructor(
    private readonly db: Database,
    private readonly finish: (tx: Sql, results: readonly T[]) => Promise<void>,
  ) {}

  write(work: (tx: Sql) => Promise<T | undefined>): Promise<void> {
    return new Promise((settle, fail) => {
      this.waiting.push({ work, settle, fail });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      await new Promise((turnIsOver) => setImmediate(turnIsOver));
      const batch = this.waiting.splice(0, MAX_BATCH);
      try {
        await this.writeBatch(batch);
        for (const { settle } of batch) settle();
      } catch {
        for (const write of batch) await this.writeBatch([write]).then(write.settle, write.fail);
      }
    }
    this.writing = false;
  }

  private writeBatch(batch: readonly PendingWrite<T>[]): Promise<void> {
    return this.db.write(async (tx) => {
      const results: T[] = [];
      for (const { work } of batch) {
        const result = await work(tx);
        if (result !== undefined) results.push(result);
      }
      await this.finish(tx, results);
    });
  }
}
