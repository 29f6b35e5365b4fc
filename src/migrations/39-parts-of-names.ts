import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds a part of a name among a million names. SQLite has an index of three characters each; the two characters behind each
 * name let every character begin one, so that one or two characters are found as the beginning of an entry. PostgreSQL has the
 * characters and the pairs of each name as a list: its own index of three characters is an extension, which may be missing.
 * A table beside `member` with triggers: an evaluation, which writes the same name again, does not touch the index.
 */
export class PartsOfNames1763959000000 implements MigrationInterface {
  name = 'PartsOfNames1763959000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.connection.options.type === 'postgres' ? onPostgres : onSqlite;
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.connection.options.type === 'postgres';
    for (const trigger of ['member_named', 'member_renamed'])
      await runner.query(`DROP TRIGGER ${trigger}${isPostgres ? ' ON member' : ''}`);
    if (!isPostgres) await runner.query('DROP TABLE member_name_part');
    await runner.query('DROP TABLE member_name');
    if (isPostgres)
      for (const called of ['keep_member_name()', 'member_name_parts(TEXT)'])
        await runner.query(`DROP FUNCTION ${called}`);
    else await runner.query('CREATE INDEX member_by_name ON member (LOWER(name), id)');
  }
}

const onSqlite = [
  'DROP INDEX IF EXISTS member_by_name',
  `CREATE VIRTUAL TABLE member_name USING fts5 (name, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1')`,
  'CREATE VIRTUAL TABLE member_name_part USING fts5vocab (member_name, instance)',
  'INSERT INTO member_name (rowid, name) SELECT id, LOWER(name) || char(2, 2) FROM member',
  `CREATE TRIGGER member_named AFTER INSERT ON member BEGIN
    INSERT INTO member_name (rowid, name) VALUES (NEW.id, LOWER(NEW.name) || char(2, 2));
  END`,
  `CREATE TRIGGER member_renamed AFTER UPDATE OF name ON member WHEN NEW.name <> OLD.name BEGIN
    DELETE FROM member_name WHERE rowid = OLD.id;
    INSERT INTO member_name (rowid, name) VALUES (NEW.id, LOWER(NEW.name) || char(2, 2));
  END`,
];

const onPostgres = [
  'CREATE TABLE member_name (member_id BIGINT PRIMARY KEY, parts TEXT[] NOT NULL)',
  `CREATE FUNCTION member_name_parts(name TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(array_agg(DISTINCT part), '{}') FROM generate_series(1, length(name)) n,
      LATERAL (VALUES (substr(name, n, 1)), (substr(name, n, 2))) AS parts (part) $$`,
  'INSERT INTO member_name SELECT id, member_name_parts(LOWER(name)) FROM member',
  'CREATE INDEX member_name_by_part ON member_name USING GIN (parts)',
  `CREATE FUNCTION keep_member_name() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO member_name (member_id, parts) VALUES (NEW.id, member_name_parts(LOWER(NEW.name)))
      ON CONFLICT (member_id) DO UPDATE SET parts = excluded.parts;
    RETURN NULL;
  END $$`,
  'CREATE TRIGGER member_named AFTER INSERT ON member FOR EACH ROW EXECUTE FUNCTION keep_member_name()',
  `CREATE TRIGGER member_renamed AFTER UPDATE OF name ON member FOR EACH ROW
    WHEN (NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION keep_member_name()`,
];
