import pg, { type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { Connection, Driver } from './connection.js';
import { failureOf, isLostConnection } from './failures.js';
import type { Migrations } from './migrations.js';

const READERS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
const CANCEL_EVERY_MS = 100;
/** In case cancelling fails; far above every time limit of the callers. */
const MAX_QUERY_MS = 120_000;
/** A number that no other lock uses. Of several processes that start together, one migrates. */
const MIGRATION_LOCK = 7_463_105;

// The same types as on SQLite: sums and counts are numbers, booleans are 0/1. Object ids: https://github.com/brianc/node-pg-types
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
    lendStoppable: (signal, work) => lendStoppable(reading, signal, work),
    lendSnapshot: (signal, work) =>
      lendStoppable(reading, signal, async (connection) => {
        await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', []);
        const result = await work(connection);
        // A connection whose work has failed is destroyed, which ends its transaction.
        await connection.run('ROLLBACK', []);
        return result;
      }),
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
    // Destroying the connection releases the lock.
    lock.release(true);
    throw cause;
  }
}

/**
 * A statement is cancelled from another connection. The cancelled connection is destroyed: a late cancel would hit the
 * statement of its next user.
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
  let repeat: NodeJS.Timeout | undefined;
  const stop = (): void => {
    cancel();
    // A cancel between two statements has no effect, so it is repeated.
    repeat = setInterval(cancel, CANCEL_EVERY_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  const connection = connectionOver(client);
  let failure: unknown;
  try {
    signal.throwIfAborted();
    await connection.run(`SET statement_timeout = ${MAX_QUERY_MS}`, []);
    return await work(stoppable(connection, signal));
  } catch (cause) {
    failure = cause;
    throw cause;
  } finally {
    signal.removeEventListener('abort', stop);
    clearInterval(repeat);
    if (!signal.aborted && failure === undefined)
      await connection.run('RESET statement_timeout', []).catch((cause: unknown) => void (failure = cause));
    client.release(signal.aborted || failure !== undefined);
  }
}

function stoppable(connection: Connection, signal: AbortSignal): Connection {
  const failingWhenAborted = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      throw cause;
    }
  };
  return {
    all: (text, params) => failingWhenAborted(() => connection.all(text, params)),
    run: (text, params) => failingWhenAborted(() => connection.run(text, params)),
  };
}

/** A broken connection is destroyed, so that the next transaction gets a new one. */
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

/** Booleans are stored as integers. SQLite binds a boolean as one; node-postgres would bind 'true'. */
function bound(params: readonly unknown[]): unknown[] {
  return params.map((param) => (typeof param === 'boolean' ? Number(param) : param));
}
