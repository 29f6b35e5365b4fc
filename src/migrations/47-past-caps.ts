import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages that a person has sent although the caps did not allow them. They count like all others. */
export class PastCaps1763967000000 implements MigrationInterface {
  name = 'PastCaps1763967000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox ADD COLUMN past_caps SMALLINT NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP COLUMN past_caps');
  }
}
