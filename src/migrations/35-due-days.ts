import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The next day on which each member is reviewed. Everybody is due at first; the review then computes the day. */
export class DueDays1763955000000 implements MigrationInterface {
  name = 'DueDays1763955000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE member ADD COLUMN due_day BIGINT NOT NULL DEFAULT 0');
    await runner.query('DROP INDEX IF EXISTS member_due');
    await runner.query('CREATE INDEX member_due ON member (due_day, id)');
    await runner.query('CREATE INDEX member_tag_unconfirmed ON member_tag (member_id) WHERE confirmed_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS member_tag_unconfirmed');
    await runner.query('DROP INDEX IF EXISTS member_due');
    await runner.query('CREATE INDEX member_due ON member (reviewed_day, id)');
    await runner.query('ALTER TABLE member DROP COLUMN due_day');
  }
}
