import pg, { type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { Connection, Driver } from './connection.js';
import { failureOf, isLostConnection } from './failures.js';
import type { Migrations } from './migrations.js';

const READERS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
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
