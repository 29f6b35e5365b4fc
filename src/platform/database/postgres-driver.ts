import pg, { type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { Connection, Driver } from './connection.js';
import { failureOf, isLostConnection } from './failures.js';
import type { Migrations } from './migrations.js';

const READERS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
const CANCEL_EVERY_MS = 100;
/** Should even the cancelling fail: far beyond what any question is given. */
const LONGEST_QUESTION_MS = 120_000;
/** Any number that nobody else locks with: several workers may start at once, and one of them migrates. */
const MIGRATION_LOCK = 7_463_105;

// As SQLite answers: sums and counts are numbers, claims are 0/1. Object ids: https://github.com/brianc/node-pg-types
const parsers: Readonly<Record<number, (text: string) => number>> = {
  16: (text) => (text === 't' ? 1 : 0), // boolean
  20: Number, // int8
  1700: Number, // numeric
};
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
};

export async function openPostgres(url: string, migrations: Migrations): Promise<Driver> {
  const reader = await connect(url, [], { max: READERS, options: '-c default_transaction_read_only=on' });
  let writer: DataSource | undefined;
  try {
    writer = await connect(url, migrations, { max: 1 });
    await migrate(writer, poolOf(reader));
  } catch (cause) {
    await writer?.destroy();
    await reader.destroy();
    throw cause;
  }
  const [reading, writing] = [poolOf(reader), poolOf(writer)];
  const sources = [reader, writer];
  return {
    dialect: 'postgres',
    begin: 'BEGIN',
    reading: connectionOver(reading),
    asking: (signal, work) => lendStoppable(reading, signal, work),
    writing: (work) => lend(writing, work),
    async close() {
      for (const source of sources) await source.destroy();
    },
  };
}

async function connect(url: string, migrations: Migrations, extra: Record<string, unknown>): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: [...migrations],
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { ...extra, types },
    logging: false,
  });
  return source.initialize();
}

function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { master: Pool }).master;
}

async function migrate(writer: DataSource, other: Pool): Promise<void> {
  const lock = await other.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await writer.runMigrations({ transaction: 'all' });
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    lock.release();
  } catch (cause) {
    // Destroying the connection gives the lock back.
    lock.release(true);
    throw cause;
  }
}

/**
 * A statement is cancelled from another connection. The cancelled one is thrown away: a cancel that comes late would hit
 * whoever has it next.
 */
async function lendStoppable<T>(
  pool: Pool,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = await pool.connect().catch((cause: unknown) => {
    throw failureOf(cause, 'connect');
  });
  const { processID } = client as unknown as { readonly processID: number };
  const cancel = (): void => void pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
  let again: NodeJS.Timeout | undefined;
  const stop = (): void => {
    cancel();
    // Between two statements there is nothing to cancel yet.
    again = setInterval(cancel, CANCEL_EVERY_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  const connection = connectionOver(client);
  let failure: unknown;
  try {
    signal.throwIfAborted();
    await connection.run(`SET statement_timeout = ${LONGEST_QUESTION_MS}`, []);
    return await work(stoppable(connection, signal));
  } catch (cause) {
    failure = cause;
    throw cause;
  } finally {
    signal.removeEventListener('abort', stop);
    clearInterval(again);
    if (!signal.aborted && failure === undefined)
      await connection.run('RESET statement_timeout', []).catch((cause: unknown) => void (failure = cause));
    client.release(signal.aborted || failure !== undefined);
  }
}

function stoppable(connection: Connection, signal: AbortSignal): Connection {
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      throw cause;
    }
  };
  return {
    all: (text, params) => watched(() => connection.all(text, params)),
    run: (text, params) => watched(() => connection.run(text, params)),
  };
}

/** A connection that broke is thrown away, so that the next turn gets a new one. */
async function lend<T>(pool: Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw failureOf(cause, 'connect');
  });
  let broken: Error | undefined;
  const onError = (cause: Error): void => {
    broken = cause;
  };
  client.on('error', onError);
  try {
    return await work(connectionOver(client));
  } catch (cause) {
    if (cause instanceof Error && isLostConnection(cause.cause)) broken ??= cause;
    throw cause;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function connectionOver(client: Pool | PoolClient): Connection {
  return {
    async all(text, params) {
      try {
        return (await client.query<Record<string, unknown>>(text, bound(params))).rows;
      } catch (cause) {
        throw failureOf(cause, text);
      }
    },
    async run(text, params) {
      try {
        return (await client.query(text, bound(params))).rowCount ?? 0;
      } catch (cause) {
        throw failureOf(cause, text);
      }
    },
  };
}

/** Claims are integers in the tables; SQLite binds a boolean as one, node-postgres would say 'true'. */
function bound(params: readonly unknown[]): unknown[] {
  return params.map((param) => (typeof param === 'boolean' ? Number(param) : param));
}
