import { OperatorMistake } from '../errors.js';
import type { Connection, Driver } from './connection.js';
import type { Migrations } from './migrations.js';
import { openPostgres } from './postgres-driver.js';
import { openSqlite } from './sqlite-driver.js';
import { sqlOver } from './sql-over.js';
import type { Dialect, Sql } from './sql.js';
import { Transaction } from './transaction.js';
import { WriteQueue } from './write-queue.js';

const IDLE_LIMIT_MS = 10_000;

export interface DatabaseOptions {
  /** `sqlite:<path>`, `sqlite::memory:` (a temporary file) or `postgres://…`. */
  readonly url: string;
  readonly migrations: Migrations;
  /** How long a transaction may go without asking anything before it is rolled back. */
  readonly idleLimitMs?: number;
  /**
   * SQLite only. False: a commit no longer waits for the disk, and a power cut may spoil the file; a killed process loses
   * nothing. For a database that is worth nothing once the machine has stopped, and never for a live one.
   */
  readonly outlivesPowerCut?: boolean;
}

/**
 * The one way to the database. Everything that writes takes its turn in `write`, on the one connection that can:
 * on a shared connection a plain insert made while somebody else's transaction is open vanishes when that one rolls back.
 * `read` sees what is committed, and the database refuses to write on it.
 */
export class Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  readonly #driver: Driver;
  readonly #turns = new WriteQueue();
  readonly #idleLimitMs: number;
  #closing: Promise<void> | undefined;

  private constructor(driver: Driver, idleLimitMs: number) {
    this.#driver = driver;
    this.#idleLimitMs = idleLimitMs;
    this.dialect = driver.dialect;
    this.read = sqlOver(driver.dialect, driver.reading);
  }

  /** Connects and runs the migrations that have not run yet. */
  static async open({
    url,
    migrations,
    idleLimitMs = IDLE_LIMIT_MS,
    outlivesPowerCut = true,
  }: DatabaseOptions): Promise<Database> {
    return new Database(await openDriver(url, migrations, outlivesPowerCut), idleLimitMs);
  }

  /**
   * Runs `work` as one transaction: committed when it resolves, rolled back when it throws or when any of its statements
   * failed, even a failure that was caught. Do not call `write` within `write`, and do not wait for the outside in it.
   */
  write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#turns.take(() => this.#driver.writing((connection) => this.#transact(connection, work)));
  }

  /**
   * As `read`, for a question that may take long: it holds up no other, and is stopped when `signal` is aborted, whose
   * reason it fails with then.
   */
  ask<T>(signal: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#driver.asking(signal, (connection) => work(sqlOver(this.dialect, connection)));
  }

  /** Waits for the writes under way. */
  close(): Promise<void> {
    this.#closing ??= this.#turns.idle().then(() => this.#driver.close());
    return this.#closing;
  }

  async #transact<T>(connection: Connection, work: (tx: Sql) => Promise<T>): Promise<T> {
    await connection.run(this.#driver.begin, []);
    const transaction = new Transaction(connection);
    try {
      const result = await this.#watched(transaction, work(sqlOver(this.dialect, transaction)));
      if (transaction.failure) throw transaction.failure.cause;
      await connection.run('COMMIT', []);
      return result;
    } catch (cause) {
      // A broken connection, or SQLite after a full disk, has rolled back by itself; what matters is the first cause.
      await connection.run('ROLLBACK', []).catch(() => undefined);
      throw cause;
    }
  }

  /** A transaction that waits for itself (a `write` within a `write`) or for the outside would stop all writing for ever. */
  async #watched<T>(transaction: Transaction, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, fail) => {
      let seen = -1;
      timer = setInterval(() => {
        if (transaction.isWaitingForItsCaller && transaction.asked === seen) {
          fail(new Error('a transaction stood idle: is there a write within a write, or a wait for the outside?'));
        }
        seen = transaction.asked;
      }, this.#idleLimitMs / 2);
    });
    try {
      return await Promise.race([work, stuck]);
    } finally {
      clearInterval(timer);
      transaction.end();
    }
  }
}

function openDriver(url: string, migrations: Migrations, outlivesPowerCut: boolean): Promise<Driver> {
  if (url.startsWith('sqlite:')) return openSqlite(url, migrations, outlivesPowerCut);
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, migrations);
  throw new OperatorMistake('bad_database_url', 'DATABASE_URL must start with sqlite: or postgres://', {
    setting: 'DATABASE_URL',
  });
}
