import type { Database } from './database.js';
import type { Sql } from './sql.js';

interface Waiting<T> {
  readonly work: (tx: Sql) => Promise<T | undefined>;
  readonly settle: () => void;
  readonly fail: (cause: unknown) => void;
}

const MOST_AT_ONCE = 64;

/**
 * Many small writes that come in one turn of the event loop, or while one is under way, share the next transaction:
 * sixteen deliveries settle in one commit. A write that fails is run alone, so that it takes nobody else down with it.
 * What they answer is written by `last`, in one go for all who share the transaction.
 */
export class BatchedWrites<T> {
  private waiting: Waiting<T>[] = [];
  private writing = false;

  constructor(
    private readonly db: Database,
    private readonly last: (tx: Sql, answers: readonly T[]) => Promise<void>,
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
      const together = this.waiting.splice(0, MOST_AT_ONCE);
      try {
        await this.writeTogether(together);
        for (const { settle } of together) settle();
      } catch {
        for (const one of together) await this.writeTogether([one]).then(one.settle, one.fail);
      }
    }
    this.writing = false;
  }

  private writeTogether(together: readonly Waiting<T>[]): Promise<void> {
    return this.db.write(async (tx) => {
      const answers: T[] = [];
      for (const { work } of together) {
        const answer = await work(tx);
        if (answer !== undefined) answers.push(answer);
      }
      await this.last(tx, answers);
    });
  }
}
