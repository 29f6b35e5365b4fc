import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import type { Connection, Driver } from './connection.js';
import { failureOf } from './failures.js';
import type { Migrations } from './migrations.js';
import { keepPrivate } from './private-file.js';
import { SqliteConnection } from './sqlite-connection.js';

/** Two, so that a long question of the console does not hold up a short one; each takes at most one thread. */
const READERS = 2;
const BUSY_TIMEOUT_MS = 10_000;
/**
 * Of the file's pages the writer keeps 64 MB in memory, where SQLite's own measure is 2: a batch of facts touches more than
 * that, and reading them anew took a third of its time. Pages are taken as they are needed, and given back at the end.
 */
const WRITER_CACHE = 'PRAGMA cache_size = -65536';
/** 16 MB between two checkpoints, where 4 are usual: a page that several transactions change is written back once. */
const CHECKPOINT = 'PRAGMA wal_autocheckpoint = 4000';

/** `sqlite:data/qunjie.sqlite`, or `sqlite::memory:` for a file in a temporary folder that goes with the database. */
export async function openSqlite(url: string, migrations: Migrations, outlivesPowerCut: boolean): Promise<Driver> {
  const path = url.slice('sqlite:'.length);
  const folder = path === ':memory:' ? await mkdtemp(join(tmpdir(), 'qunjie-')) : undefined;
  const file = folder ? join(folder, 'database.sqlite') : path;
  await keepPrivate(file);
  const synchronous = `PRAGMA synchronous = ${outlivesPowerCut ? 'FULL' : 'OFF'}`;
  const writer = await connect(file, migrations, [synchronous, WRITER_CACHE, CHECKPOINT]);
  const readers: Opened[] = [];
  // Opened by the first question that may take long: most processes never hear one.
  let asker: Promise<Opened> | undefined;
  const openAsker = (): Promise<Opened> =>
    (asker ??= connect(file, [], ['PRAGMA query_only = ON']).catch((cause: unknown) => {
      // The next question tries again: files that are all in use now are free later.
      asker = undefined;
      throw failureOf(cause, 'connect');
    }));
  try {
    await writer.source.runMigrations({ transaction: 'all' });
    for (let n = 0; n < READERS; n += 1) readers.push(await connect(file, [], ['PRAGMA query_only = ON']));
  } catch (cause) {
    for (const opened of [...readers, writer]) await opened.source.destroy();
    throw cause;
  }
  return {
    dialect: 'sqlite',
    // A transaction that reads first and writes later would fail at the write when another process wrote in between.
    begin: 'BEGIN IMMEDIATE',
    reading: sharing(readers.map((reader) => reader.connection)),
    asking: async (signal, work) => {
      const { connection } = await openAsker();
      return work(connection.stoppable(signal));
    },
    writing: (work) => work(writer.connection),
    async close() {
      for (const opened of [
        ...((await asker?.then(
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

interface Opened {
  readonly source: DataSource;
  readonly connection: SqliteConnection;
}

async function connect(file: string, migrations: Migrations, pragmas: readonly string[]): Promise<Opened> {
  const source = new DataSource({
    type: 'sqlite',
    database: file,
    // TypeORM asks for sqlite3's verbose mode, which takes a stack trace with every statement and doubles its cost.
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

function sharing(connections: readonly SqliteConnection[]): Connection {
  const leastBusy = (): SqliteConnection => connections.reduce((best, next) => (next.load < best.load ? next : best));
  return {
    all: (text, params) => leastBusy().all(text, params),
    run: (text, params) => leastBusy().run(text, params),
  };
}
