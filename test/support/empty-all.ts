import type { Client } from 'pg';
import type { Connection } from '../../src/platform/database/connection.js';

/** Empties every table but that of the migrations, and begins every sequence anew. */
export const EMPTY_ALL = { sqlite: 'INSERT INTO empty_all VALUES (1)', postgres: 'SELECT empty_all()' } as const;

/** PostgreSQL never shortens a table that is deleted from, so that a large one is truncated. */
const LARGE_BYTES = 256 * 1024;

/**
 * Adds the function that empties the database. To truncate makes new files for each table and its indexes and makes every
 * connection forget what it knows of them, which takes longer than most tests; to delete a few rows does not. The
 * statements are written out, so that a connection plans them once.
 */
export async function addEmptyAllToPostgres(client: Client): Promise<void> {
  const names = async (statement: string): Promise<string[]> =>
    (await client.query<{ name: string }>(statement)).rows.map(({ name }) => `"${name}"`);
  const tables = await names(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
  );
  const sequences = await names(
    `SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'migrations%'`,
  );
  const emptied = tables.map(
    (name) =>
      `IF pg_relation_size('${name}') > ${LARGE_BYTES} THEN TRUNCATE ${name}; ELSE DELETE FROM ${name}; END IF;`,
  );
  const begun = sequences.map((name) => `PERFORM setval('${name}', 1, false);`);
  await client.query(
    `CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${[...emptied, ...begun].join('\n')} END $$`,
  );
}

/** As a trigger of a view, because SQLite has no functions and each statement is a hand-over to another thread. */
export async function addEmptyAllToSqlite(connection: Connection): Promise<void> {
  const names = async (statement: string): Promise<string[]> =>
    ((await connection.all(statement, [])) as { name: string }[]).map(({ name }) => `"${name}"`);
  const tables = await names(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT IN ('migrations', 'sqlite_schema')`,
  );
  const indexes = await names(`SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING fts5 %'`);
  const statements = [
    ...tables.map((name) => `DELETE FROM ${name};`),
    ...indexes.map((name) => `INSERT INTO ${name} (${name}) VALUES ('delete-all');`),
  ];
  await connection.run('CREATE VIEW empty_all AS SELECT 1 AS one', []);
  await connection.run(
    `CREATE TRIGGER empty_all_now INSTEAD OF INSERT ON empty_all BEGIN ${statements.join('\n')} END`,
    [],
  );
}
