import { OperatorMistake } from '../errors.js';
import { ChangeLog, type TableWrite } from './change-log.js';
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
  /** A transaction that runs no statement for this long is rolled back. */
  readonly idleLimitMs?: number;
  /**
   * SQLite only. False: a commit does not wait for the disk, so a power cut may corrupt the file; a killed process loses
   * nothing. For throw-away databases of demos and tests, never for a live one.
   */
  readonly survivesPowerCut?: boolean;
}

/**
 * The only access to the database. All writes queue in `write` for the one writing connection: on a shared connection an
 * insert made during another caller's open transaction would be rolled back with it. `read` sees committed rows, and the
 * database refuses to write on it.
 */
export class Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  /** Whose rows the transactions of `write` and `writeOne` have changed. */
  readonly changes = new ChangeLog();
  readonly #driver: Driver;
  readonly #writes = new WriteQueue();
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
    survivesPowerCut = true,
  }: DatabaseOptions): Promise<Database> {
    return Database.over(await openDriver(url, migrations, survivesPowerCut), idleLimitMs);
  }

  /** Over connections that are open already, to a database with all its tables. */
  static over(driver: Driver, idleLimitMs = IDLE_LIMIT_MS): Database {
    return new Database(driver, idleLimitMs);
  }

  /**
   * Runs `work` as one transaction: committed when it resolves, rolled back when it throws or when any of its statements
   * failed, even if the error was caught. Do not call `write` within `write`, and do not wait for network calls in it.
   */
  write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#writes.run(() =>
      this.#driver.writing((connection) => this.#logged((written) => this.#transact(connection, work, written))),
    );
  }

  /**
   * As `write`, for work that is one statement. A statement is atomic by itself, so BEGIN and COMMIT are left out: for the
   * smallest writes they are two of three hand-overs to the database. A second statement fails.
   */
  writeOne<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#writes.run(() =>
      this.#driver.writing((connection) =>
        this.#logged((written) => this.#finish(new Transaction(connection, { statements: 1 }), work, written)),
      ),
    );
  }

  /** As `read`, for slow queries: they do not delay others. An aborted `signal` stops them; they fail with its reason. */
  readStoppable<T>(signal: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#driver.lendStoppable(signal, (connection) => work(sqlOver(this.dialect, connection)));
  }

  /**
   * As `readStoppable`, and every statement sees the database as it is at the first one. While it runs, SQLite cannot shorten
   * its WAL file, so `signal` must end it within minutes.
   */
  readSnapshot<T>(signal: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'));
    return this.#driver.lendSnapshot(signal, (connection) => work(sqlOver(this.dialect, connection)));
  }

  /** Waits for the writes under way. */
  close(): Promise<void> {
    this.#closing ??= this.#writes.idle().then(() => this.#driver.close());
    return this.#closing;
  }

  /** Logs after the end what was written. A rolled-back change does no harm: who reads the log looks at the rows. */
  async #logged<T>(transact: (written: (write: TableWrite) => void) => Promise<T>): Promise<T> {
    const writes: TableWrite[] = [];
    try {
      return await transact((write) => writes.push(write));
    } finally {
      this.changes.append(writes);
    }
  }

  async #transact<T>(
    connection: Connection,
    work: (tx: Sql) => Promise<T>,
    written: (write: TableWrite) => void,
  ): Promise<T> {
    await connection.run(this.#driver.begin, []);
    try {
      const result = await this.#finish(new Transaction(connection), work, written);
      await connection.run('COMMIT', []);
      return result;
    } catch (cause) {
      // A broken connection, or SQLite after a full disk, has rolled back by itself; only the first cause matters.
      await connection.run('ROLLBACK', []).catch(() => undefined);
      throw cause;
    }
  }

  async #finish<T>(
    transaction: Transaction,
    work: (tx: Sql) => Promise<T>,
    written: (write: TableWrite) => void,
  ): Promise<T> {
    const result = await this.#withIdleLimit(transaction, work(sqlOver(this.dialect, transaction, written)));
    if (transaction.failure) throw transaction.failure.cause;
    return result;
  }

  /** Fails an idle transaction: one that waits for a `write` within a `write`, or for the network, would block all writes. */
  async #withIdleLimit<T>(transaction: Transaction, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, fail) => {
      let seen = -1;
      timer = setInterval(() => {
        if (transaction.isWaitingForItsCaller && transaction.asked === seen) {
          fail(
            new Error('a transaction ran no statement: is there a write within a write, or a wait for the network?'),
          );
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

function openDriver(url: string, migrations: Migrations, survivesPowerCut: boolean): Promise<Driver> {
  if (url.startsWith('sqlite:')) return openSqlite(url, migrations, survivesPowerCut);
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, migrations);
  throw new OperatorMistake('bad_database_url', 'DATABASE_URL must start with sqlite: or postgres://', {
    setting: 'DATABASE_URL',
  });
}
