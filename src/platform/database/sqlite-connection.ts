import type sqlite3 from 'sqlite3';
import { failureOf } from './failures.js';
import type { Connection } from './connection.js';
import { WriteQueue } from './write-queue.js';

const MAX_CACHED_STATEMENTS = 300;
/** Longer statements are rare and not cached. Those that write or sum all figures of members have up to 12,000 characters. */
const MAX_CACHED_LENGTH = 30_000;
const INTERRUPT_EVERY_MS = 20;

/**
 * One SQLite connection. Statements run one at a time: sqlite3 would pass all of them to the thread pool at once, where
 * each blocks a thread while it waits for the connection's lock, and starves files, DNS and the other connections.
 * Prepared statements are cached, which halves the cost of a short statement.
 */
export class SqliteConnection implements Connection {
  private readonly queue = new WriteQueue();
  private readonly cached = new Map<string, sqlite3.Statement>();
  private waiting = 0;

  constructor(private readonly db: sqlite3.Database) {}

  /** Statements that run or wait. */
  get load(): number {
    return this.waiting;
  }

  async all(text: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown[]> {
    return this.ask(text, (statement) => allOf(statement, params), signal);
  }

  async run(text: string, params: readonly unknown[], signal?: AbortSignal): Promise<number> {
    return this.ask(text, (statement) => runOf(statement, params), signal);
  }

  /** An aborted `signal` stops only the statements of the returned connection. */
  stoppable(signal: AbortSignal): Connection {
    return {
      all: (text, params) => this.all(text, params, signal),
      run: (text, params) => this.run(text, params, signal),
    };
  }

  /** Finalizes the prepared statements; SQLite cannot close the database before. */
  async release(): Promise<void> {
    await this.queue.idle();
    for (const statement of this.cached.values()) await finalized(statement);
    this.cached.clear();
  }

  private async ask<T>(
    text: string,
    work: (statement: sqlite3.Statement) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    this.waiting += 1;
    try {
      return await this.queue.run(async () => {
        signal?.throwIfAborted();
        const statement = await this.prepared(text);
        const interruption = signal && this.interruptOn(signal);
        try {
          return await work(statement);
        } finally {
          interruption?.end();
          await this.cache(text, statement);
        }
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw failureOf(cause, text);
    } finally {
      this.waiting -= 1;
    }
  }

  /** Repeats the interrupt until the statement ends: it has no effect on a statement that no thread has begun yet. */
  private interruptOn(signal: AbortSignal): { end(): void } {
    let repeat: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.db.interrupt();
      repeat ??= setInterval(() => this.db.interrupt(), INTERRUPT_EVERY_MS);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    return {
      end: () => {
        signal.removeEventListener('abort', interrupt);
        clearInterval(repeat);
      },
    };
  }

  private async prepared(text: string): Promise<sqlite3.Statement> {
    const statement = this.cached.get(text);
    if (!statement) return prepare(this.db, text);
    this.cached.delete(text);
    return statement;
  }

  /** Appends the statement to the map, so that the first key is always the least recently used. */
  private async cache(text: string, statement: sqlite3.Statement): Promise<void> {
    if (text.length > MAX_CACHED_LENGTH) return finalized(statement);
    this.cached.set(text, statement);
    if (this.cached.size <= MAX_CACHED_STATEMENTS) return;
    for (const [oldestText, oldest] of this.cached) {
      this.cached.delete(oldestText);
      return finalized(oldest);
    }
  }
}

function prepare(db: sqlite3.Database, text: string): Promise<sqlite3.Statement> {
  return new Promise((settle, fail) => {
    const statement = db.prepare(text, (error: Error | null) => (error ? fail(error) : settle(statement)));
  });
}

function allOf(statement: sqlite3.Statement, params: readonly unknown[]): Promise<unknown[]> {
  return new Promise((settle, fail) => {
    statement.all(params, (error: Error | null, rows: unknown[]) => (error ? fail(error) : settle(rows)));
  });
}

function runOf(statement: sqlite3.Statement, params: readonly unknown[]): Promise<number> {
  return new Promise((settle, fail) => {
    statement.run(params, function (error: Error | null) {
      if (error) fail(error);
      else settle(this.changes);
    });
  });
}

function finalized(statement: sqlite3.Statement): Promise<void> {
  return new Promise((settle) => {
    statement.finalize(() => settle());
  });
}
