import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The links in texts, and how often they were opened. A row never changes its address. */
export class Links1763941000000 implements MigrationInterface {
  name = 'Links1763941000000';

  async up(runner: QueryRunner): Promise<void> {
    // `outbox_id`: the message of a link that one member alone gets; null in a text that is the same for many.
    await runner.query(
      `CREATE TABLE link (code TEXT PRIMARY KEY, url TEXT NOT NULL, name TEXT NOT NULL, template TEXT NOT NULL, version BIGINT NOT NULL,
        outbox_id BIGINT, identify BIGINT NOT NULL, created_at BIGINT NOT NULL, clicks BIGINT NOT NULL DEFAULT 0, first_click_at BIGINT, last_click_at BIGINT)`,
    );
    await runner.query(
      'CREATE TABLE link_day (code TEXT NOT NULL, day BIGINT NOT NULL, clicks BIGINT NOT NULL, PRIMARY KEY (code, day))',
    );
    await runner.query('CREATE INDEX link_day_day ON link_day (day)');
    await runner.query('CREATE INDEX link_outbox ON link (outbox_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['link_day', 'link']) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
