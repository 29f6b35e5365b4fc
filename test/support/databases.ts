import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, describe, inject } from 'vitest';
import { migrations as ours } from '../../src/migrations/index.js';
import type { Connection, Driver } from '../../src/platform/database/connection.js';
import { Database, type DatabaseOptions } from '../../src/platform/database/database.js';
import { openPostgres } from '../../src/platform/database/postgres-driver.js';
import type { Dialect } from '../../src/platform/database/sql.js';
import { EMPTY_ALL } from './empty-all.js';
import { prepareStatements } from './prepared-statements.js';
import { quickFolder } from './quick-folder.js';

prepareStatements();

/** Opens an empty, migrated database, which is closed and removed after the test. */
export type OpenDatabase = (options?: Partial<Omit<DatabaseOptions, 'url'>>) => Promise<Database>;

/** Runs the same tests on a real SQLite and on a real PostgreSQL. */
export function eachDatabase(name: string, body: (open: OpenDatabase, dialect: Dialect) => void): void {
  describe(`${name} (SQLite)`, () => {
    const undo = undoing();
    body(async (options) => {
      const database = await freshSqlite(options);
      undo(() => database.close());
      return database;
    }, 'sqlite');
  });
  describe(`${name} (PostgreSQL)`, () => {
    const undo = undoing();
    body(async (options) => {
      const database = options ? await ownPostgres(options, undo) : await lentPostgres(undo);
      undo(() => database.close());
      return database;
    }, 'postgres');
  });
}

/** A new migrated SQLite database, deleted when it is closed. Copying a file takes a tenth of the time of the migrations. */
export async function freshSqlite(options?: Parameters<OpenDatabase>[0]): Promise<Database> {
  if (options?.migrations) return Database.open({ url: 'sqlite::memory:', migrations: ours, ...options });
  const folder = await quickFolder('qunjie-');
  const file = join(folder, 'database.sqlite');
  await copyFile(inject('migratedSqlite'), file);
  const database = await Database.open({ url: `sqlite:${file}`, migrations: ours, ...options });
  const close = database.close.bind(database);
  database.close = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return database;
}

/** A new folder with a migrated `product.sqlite`, for a product that opens it itself. */
export async function migratedFolder(prefix: string): Promise<string> {
  const folder = await quickFolder(prefix);
  await copyFile(inject('migratedSqlite'), join(folder, 'product.sqlite'));
  return folder;
}

type Undo = (step: () => Promise<void>) => void;

async function ownPostgres(options: NonNullable<Parameters<OpenDatabase>[0]>, undo: Undo): Promise<Database> {
  const url = await freshPostgres(options.migrations ? 'template0' : 'migrated');
  undo(() => dropPostgres(url));
  return Database.open({ url, migrations: ours, ...options });
}

/** Connections to emptied databases, for the next tests of the worker: to connect takes more time than most tests. */
const spare: Driver[] = [];

async function lentPostgres(undo: Undo): Promise<Database> {
  const driver = spare.pop() ?? (await openPostgres(await freshPostgres(), ours));
  undo(async () => {
    await driver.writing((connection) => connection.all(EMPTY_ALL, []));
    spare.push(driver);
  });
  return Database.over(untilClosed(driver));
}

/** The connections for one test. After its end nothing that still runs in the background reads or writes with them. */
function untilClosed(driver: Driver): Driver {
  let isClosed = false;
  const whileOpen = <T>(work: () => Promise<T>): Promise<T> =>
    isClosed ? Promise.reject(new Error('the database is closed')) : work();
  const guarded = (connection: Connection): Connection => ({
    all: (text, params) => whileOpen(() => connection.all(text, params)),
    run: (text, params) => whileOpen(() => connection.run(text, params)),
  });
  return {
    ...driver,
    reading: guarded(driver.reading),
    lendStoppable: (signal, work) =>
      whileOpen(() => driver.lendStoppable(signal, (connection) => work(guarded(connection)))),
    lendSnapshot: (signal, work) =>
      whileOpen(() => driver.lendSnapshot(signal, (connection) => work(guarded(connection)))),
    writing: (work) => whileOpen(() => driver.writing(work)),
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

/** The URL of a new database, for a caller that opens it itself (a whole product, a second process). Drop it afterwards. */
export async function freshPostgres(template: 'migrated' | 'template0' = 'migrated'): Promise<string> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  await asAdmin((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY WAL_LOG`));
  return `${inject('postgresUrl')}/${name}`;
}

export async function dropPostgres(url: string): Promise<void> {
  await asAdmin((client) => client.query(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`));
}

function asAdmin(work: (client: Client) => Promise<unknown>): Promise<void> {
  return asked(`${inject('postgresUrl')}/postgres`, work);
}

async function asked(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Registers clean-up steps, which run in reverse order after the test. */
function undoing(): Undo {
  const steps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const step of steps.splice(0).reverse()) await step();
  });
  return (step) => steps.push(step);
}
