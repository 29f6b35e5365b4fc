import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates that are put away: they are off and not in the list, and keep their versions. */
export class TemplateArchive1763969000000 implements MigrationInterface {
  name = 'TemplateArchive1763969000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE template ADD COLUMN archived_at BIGINT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE template DROP COLUMN archived_at');
  }
}
