import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';

interface Waiting {
  readonly work: (tx: Sql) => Promise<void>;
  readonly settle: () => void;
  readonly fail: (cause: unknown) => void;
}

const MOST_AT_ONCE = 64;

/**
 * Many small writes that come while one is under way share the next transaction: sixteen deliveries settle in one commit.
 * A write that fails is run alone, so that it takes nobody else down with it.
 */
export class SharedWrites {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly db: Database) {}

  write(work: (tx: Sql) => Promise<void>): Promise<void> {
    return new Promise((settle, fail) => {
      this.waiting.push({ work, settle, fail });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, MOST_AT_ONCE);
      try {
        await this.db.write(async (tx) => {
          for (const { work } of together) await work(tx);
        });
        for (const { settle } of together) settle();
      } catch {
        for (const { work, settle, fail } of together) await this.db.write(work).then(settle, fail);
      }
    }
    this.writing = false;
  }
}
