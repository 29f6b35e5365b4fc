import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import type { Connection, Driver } from './connection.js';
import { failureOf } from './failures.js';
import type { Migrations } from './migrations.js';
import { makePrivate } from './private-file.js';
import { SqliteConnection } from './sqlite-connection.js';

/** Two, so that a slow query does not delay a short one; each takes at most one thread. */
const READERS = 2;
const BUSY_TIMEOUT_MS = 10_000;
/**
 * The writer caches 64 MB of pages instead of SQLite's default of 2 MB: a batch of facts touches more than that, and reading
 * the pages again took a third of its time. SQLite allocates the cache as needed and frees it on close.
 */
const WRITER_CACHE = 'PRAGMA cache_size = -65536';
/** 16 MB between two checkpoints instead of 4: a page that several transactions change is then written back once. */
const CHECKPOINT = 'PRAGMA wal_autocheckpoint = 4000';

/** A slow query or a snapshot reads whole tables, and looks rows of other tables up for each. */
const SLOW_CACHE = 'PRAGMA cache_size = -65536';

/** `sqlite:data/qunjie.sqlite`, or `sqlite::memory:` for a file in a temporary folder, deleted on close. */
export async function openSqlite(url: string, migrations: Migrations, survivesPowerCut: boolean): Promise<Driver> {
  const path = url.slice('sqlite:'.length);
  const folder = path === ':memory:' ? await mkdtemp(join(tmpdir(), 'qunjie-')) : undefined;
  const file = folder ? join(folder, 'database.sqlite') : path;
  await makePrivate(file);
  const synchronous = `PRAGMA synchronous = ${survivesPowerCut ? 'FULL' : 'OFF'}`;
  const writer = await connect(file, migrations, [synchronous, WRITER_CACHE, CHECKPOINT]);
  const readers: Opened[] = [];
  // Opened by the first slow query: most processes never run one.
  let slowReader: Promise<Opened> | undefined;
  const openSlowReader = (): Promise<Opened> =>
    (slowReader ??= connect(file, [], ['PRAGMA query_only = ON', SLOW_CACHE]).catch((cause: unknown) => {
      // The next query tries again: the limit on open files may no longer be reached then.
      slowReader = undefined;
      throw failureOf(cause, 'connect');
    }));
  const snapshots = new Set<Promise<void>>();
  try {
    await writer.source.runMigrations({ transaction: 'all' });
    for (let n = 0; n < READERS; n += 1) readers.push(await connect(file, [], ['PRAGMA query_only = ON']));
  } catch (cause) {
    for (const opened of [...readers, writer]) await opened.source.destroy();
    throw cause;
  }
  return {
    dialect: 'sqlite',
    // A plain BEGIN that reads first would fail at its first write if another process wrote in between.
    begin: 'BEGIN IMMEDIATE',
    reading: leastBusyOf(readers.map((reader) => reader.connection)),
    lendStoppable: async (signal, work) => {
      const { connection } = await openSlowReader();
      return work(connection.stoppable(signal));
    },
    lendSnapshot(signal, work) {
      const lent = lendSnapshot(file, signal, work);
      const ended = lent.then(
        () => undefined,
        () => undefined,
      );
      snapshots.add(ended);
      void ended.then(() => snapshots.delete(ended));
      return lent;
    },
    writing: (work) => work(writer.connection),
    async close() {
      await Promise.all(snapshots);
      for (const opened of [
        ...((await slowReader?.then(
          (opened) => [opened],
          () => [],
        )) ?? []),
        ...readers,
        writer,
      ]) {
        await opened.connection.release();
        await opened.source.destroy();
      }
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** On a connection that is opened for it, because a transaction on a shared one would contain the queries of others. */
async function lendSnapshot<T>(
  file: string,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { source, connection } = await connect(file, [], ['PRAGMA query_only = ON', SLOW_CACHE]).catch(
    (cause: unknown) => {
      throw failureOf(cause, 'connect');
    },
  );
  try {
    await connection.run('BEGIN', []);
    return await work(connection.stoppable(signal));
  } finally {
    await connection.run('ROLLBACK', []).catch(() => undefined);
    await connection.release();
    await source.destroy();
  }
}

interface Opened {
  readonly source: DataSource;
  readonly connection: SqliteConnection;
}

async function connect(file: string, migrations: Migrations, pragmas: readonly string[]): Promise<Opened> {
  const source = new DataSource({
    type: 'sqlite',
    database: file,
    // TypeORM uses sqlite3's verbose mode, which records a stack trace for every statement and doubles its cost.
    driver: { verbose: () => sqlite3 },
    enableWAL: true,
    busyTimeout: BUSY_TIMEOUT_MS,
    migrations: [...migrations],
    logging: false,
  });
  await source.initialize();
  for (const pragma of pragmas) await source.query(pragma);
  const { databaseConnection } = source.driver as unknown as { databaseConnection: sqlite3.Database };
  return { source, connection: new SqliteConnection(databaseConnection) };
}

function leastBusyOf(connections: readonly SqliteConnection[]): Connection {
  const leastBusy = (): SqliteConnection => connections.reduce((best, next) => (next.load < best.load ? next : best));
  return {
    all: (text, params) => leastBusy().all(text, params),
    run: (text, params) => leastBusy().run(text, params),
  };
}
