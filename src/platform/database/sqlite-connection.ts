import type sqlite3 from 'sqlite3';
import { failureOf } from './failures.js';
import type { Connection } from './connection.js';
import { WriteQueue } from './write-queue.js';

const KEPT_STATEMENTS = 300;
const KEPT_TEXT_LENGTH = 4_000;
const INTERRUPT_EVERY_MS = 20;

/**
 * One SQLite connection. Statements take turns: sqlite3 would hand them all to the thread pool at once, where they hold
 * a thread each while they wait for the connection's lock, and starve files, DNS and the other connections.
 * Prepared statements are kept: that halves a short statement's cost.
 */
export class SqliteConnection implements Connection {
  private readonly turns = new WriteQueue();
  private readonly kept = new Map<string, sqlite3.Statement>();
  private waiting = 0;

  constructor(private readonly db: sqlite3.Database) {}

  /** Statements asked for and not answered. */
  get load(): number {
    return this.waiting;
  }

  async all(text: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown[]> {
    return this.ask(text, (statement) => allOf(statement, params), signal);
  }

  async run(text: string, params: readonly unknown[], signal?: AbortSignal): Promise<number> {
    return this.ask(text, (statement) => runOf(statement, params), signal);
  }

  /** The same, for one who may give up: statements of others on this connection are not touched. */
  stoppable(signal: AbortSignal): Connection {
    return {
      all: (text, params) => this.all(text, params, signal),
      run: (text, params) => this.run(text, params, signal),
    };
  }

  /** Lets go of the prepared statements; the database cannot be closed before. */
  async release(): Promise<void> {
    await this.turns.idle();
    for (const statement of this.kept.values()) await finalized(statement);
    this.kept.clear();
  }

  private async ask<T>(
    text: string,
    work: (statement: sqlite3.Statement) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    this.waiting += 1;
    try {
      return await this.turns.take(async () => {
        signal?.throwIfAborted();
        const statement = await this.prepared(text);
        const watched = signal && this.watch(signal);
        try {
          return await work(statement);
        } finally {
          watched?.end();
          await this.keep(text, statement);
        }
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw failureOf(cause, text);
    } finally {
      this.waiting -= 1;
    }
  }

  /** Interrupts the statement that runs until it has ended: one that a thread has not begun yet would not notice. */
  private watch(signal: AbortSignal): { end(): void } {
    let again: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.db.interrupt();
      again ??= setInterval(() => this.db.interrupt(), INTERRUPT_EVERY_MS);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    return {
      end: () => {
        signal.removeEventListener('abort', interrupt);
        clearInterval(again);
      },
    };
  }

  private async prepared(text: string): Promise<sqlite3.Statement> {
    const kept = this.kept.get(text);
    if (!kept) return prepare(this.db, text);
    this.kept.delete(text);
    return kept;
  }

  /** Put back at the end of the map: the first key is always the one longest unused. */
  private async keep(text: string, statement: sqlite3.Statement): Promise<void> {
    if (text.length > KEPT_TEXT_LENGTH) return finalized(statement);
    this.kept.set(text, statement);
    if (this.kept.size <= KEPT_STATEMENTS) return;
    for (const [oldestText, oldest] of this.kept) {
      this.kept.delete(oldestText);
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
