import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Acquisition links are contact ways of the kind `link`. Adds whom they prefer, and what WeCom counts about them. */
export class AcquisitionLinks1763942000000 implements MigrationInterface {
  name = 'AcquisitionLinks1763942000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, definition] of columns)
      await runner.query(`ALTER TABLE contact_way ADD COLUMN ${column} ${definition}`);
    // The people who entered customer service by each scene are counted on the page of channels.
    await runner.query(`CREATE INDEX fact_entered_service ON fact (at) WHERE kind = 'entered_service'`);
    await runner.query(
      'CREATE TABLE acquisition_day (way_id BIGINT NOT NULL, day BIGINT NOT NULL, clicked BIGINT NOT NULL, added BIGINT NOT NULL, PRIMARY KEY (way_id, day))',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS fact_entered_service');
    await runner.query('DROP TABLE IF EXISTS acquisition_day');
    for (const [column] of columns.toReversed()) await runner.query(`ALTER TABLE contact_way DROP COLUMN ${column}`);
  }
}

const columns = [
  // Staff who come first, a JSON list; empty: nobody is preferred.
  ['priority', `TEXT NOT NULL DEFAULT '[]'`],
  // How many of its customers have spoken, and of how many WeCom does not say it. Null until the first read.
  ['spoke', 'BIGINT'],
  ['spoke_unknown', 'BIGINT'],
] as const;
