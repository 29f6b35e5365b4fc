import type { Client } from 'pg';

/** Empties every table but that of the migrations, and begins every sequence anew. */
export const EMPTY_ALL = 'SELECT empty_all()';

/** A table that is deleted from never gets smaller, so that a large one is truncated. */
const LARGE_BYTES = 256 * 1024;

/**
 * Adds the function that empties the database. To truncate makes new files for each table and its indexes and makes every
 * connection forget what it knows of them, which takes longer than most tests; to delete a few rows does not. The
 * statements are written out, so that a connection plans them once.
 */
export async function addEmptyAll(client: Client): Promise<void> {
  const tables = await namesFrom(
    client,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
  );
  const sequences = await namesFrom(
    client,
    `SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public'`,
  );
  await client.query(`CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      ${tables.map((name) => `IF pg_relation_size('"${name}"') > ${LARGE_BYTES} THEN TRUNCATE "${name}"; ELSE DELETE FROM "${name}"; END IF;`).join('\n')}
      ${sequences
        .filter((name) => !name.startsWith('migrations_'))
        .map((name) => `PERFORM setval('"${name}"', 1, false);`)
        .join('\n')}
    END $$`);
}

async function namesFrom(client: Client, statement: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(statement);
  return rows.map(({ name }) => name);
}
