import type { Dialect } from './sql.js';

/** A raw connection: one statement in, rows or a count out. */
export interface Connection {
  all(text: string, params: readonly unknown[]): Promise<unknown[]>;
  /** Resolves to the number of rows changed. */
  run(text: string, params: readonly unknown[]): Promise<number>;
}

/** What differs between the databases. Only `Database` may use a driver: it lets one write without waiting in the queue. */
export interface Driver {
  readonly dialect: Dialect;
  /** The statement that opens a writing transaction. */
  readonly begin: string;
  /** Read-only connections: the database itself refuses to write on them. */
  readonly reading: Connection;
  /**
   * Lends a separate read-only connection for slow queries, so that they do not delay short ones. An aborted `signal`
   * stops the running statement in the database, which then fails with the signal's reason.
   */
  lendStoppable<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** As `lendStoppable`, in one read-only transaction on a connection that nobody else uses meanwhile. */
  lendSnapshot<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Lends the only writing connection. `Database` calls it for one transaction at a time. */
  writing<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
