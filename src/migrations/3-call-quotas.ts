import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts calls to WeCom in the database, so that they survive a restart and several processes share the counts. */
export class CallQuotas1763900000000 implements MigrationInterface {
  name = 'CallQuotas1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['call_count', 'call_rest']) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}

const statements = [
  // `span` is the window's name; each row covers a sixtieth of the window.
  `CREATE TABLE call_count (corp TEXT NOT NULL, quota TEXT NOT NULL, span TEXT NOT NULL, started_at BIGINT NOT NULL, counts_until BIGINT NOT NULL,
    calls BIGINT NOT NULL, PRIMARY KEY (corp, quota, span, started_at))`,
  `CREATE INDEX call_count_over ON call_count (counts_until)`,
  `CREATE TABLE call_rest (corp TEXT NOT NULL, endpoint TEXT NOT NULL, until_at BIGINT NOT NULL, strikes BIGINT NOT NULL, PRIMARY KEY (corp, endpoint))`,
];
