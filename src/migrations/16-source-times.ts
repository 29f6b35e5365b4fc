import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the time of a member's source: the earliest source counts, in whichever order facts arrive. Recounts all members. */
export class SourceTimes1763936000000 implements MigrationInterface {
  name = 'SourceTimes1763936000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE member ADD COLUMN source_at BIGINT NOT NULL DEFAULT 0');
    await runner.query(
      `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
        ON CONFLICT (name) DO UPDATE SET value = '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE member DROP COLUMN source_at');
  }
}
