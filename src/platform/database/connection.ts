import type { Dialect } from './sql.js';

/** A raw connection: one statement in, rows or a count out. */
export interface Connection {
  all(text: string, params: readonly unknown[]): Promise<unknown[]>;
  /** Resolves to the number of rows changed. */
  run(text: string, params: readonly unknown[]): Promise<number>;
}

/** What differs between the databases. Only `Database` may hold one: whoever has it can write past the queue. */
export interface Driver {
  readonly dialect: Dialect;
  /** Text that opens a transaction which is going to write. */
  readonly begin: string;
  /** Connections on which the database itself refuses to write. */
  readonly reading: Connection;
  /**
   * Lends a reading connection for a question that may take long, so that it holds up no short one. What it runs is
   * stopped in the database itself when `signal` is aborted, and fails with the signal's reason.
   */
  asking<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Lends the one writing connection; called by one turn at a time. */
  writing<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
