import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a broadcast begins, the version of the text that was reviewed for it, and why it waits. */
export class BroadcastsAtATime1763970000000 implements MigrationInterface {
  name = 'BroadcastsAtATime1763970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE broadcast ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0');
    // Broadcasts of before have no version: their text may be any.
    await runner.query('ALTER TABLE broadcast ADD COLUMN version INTEGER');
    await runner.query('ALTER TABLE broadcast ADD COLUMN paused_for TEXT');
    await runner.query('UPDATE broadcast SET starts_at = started_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['starts_at', 'version', 'paused_for'])
      await runner.query(`ALTER TABLE broadcast DROP COLUMN ${column}`);
  }
}
