import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, describe, inject } from 'vitest';
import { migrations as ours } from '../../src/migrations/index.js';
import { Database, type DatabaseOptions } from '../../src/platform/database/database.js';
import type { Dialect } from '../../src/platform/database/sql.js';
import { quickFolder } from './quick-folder.js';

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
      const url = await (options?.migrations ? freshPostgres('template0') : (spare.pop() ?? freshPostgres()));
      undo(() => (options?.migrations ? dropPostgres(url) : emptied(url)));
      const database = await Database.open({ url, migrations: ours, ...options });
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

/** Emptied databases, reused by the tests of a file: emptying takes a tenth of the time of creating one. */
const spare: string[] = [];

async function emptied(url: string): Promise<void> {
  await asked(url, (client) => client.query(emptyAll));
  spare.push(url);
}

const emptyAll = `DO $$
  DECLARE name text; filled boolean;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
      IF filled THEN EXECUTE format('TRUNCATE %I', name); END IF;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
      EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
  END $$`;

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
function undoing(): (step: () => Promise<void>) => void {
  const steps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const step of steps.splice(0).reverse()) await step();
  });
  return (step) => steps.push(step);
}
