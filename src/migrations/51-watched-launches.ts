import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each version of a text that is launched under watch has been opened, and which of its messages were let through. */
export class WatchedLaunches1763971000000 implements MigrationInterface {
  name = 'WatchedLaunches1763971000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE watched_launch (campaign TEXT NOT NULL, version INTEGER NOT NULL, stage INTEGER NOT NULL,
        since BIGINT NOT NULL, opened_by TEXT, bad_told_at BIGINT, all_go INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (campaign, version))`,
    );
    // The version for which a message was let through, and its draw while it waits.
    await runner.query('ALTER TABLE outbox ADD COLUMN watched_version INTEGER');
    await runner.query('ALTER TABLE outbox ADD COLUMN watched_draw INTEGER');
    await runner.query(
      'CREATE INDEX outbox_let_through ON outbox (campaign, watched_version) WHERE watched_version IS NOT NULL',
    );
    await runner.query(
      `CREATE INDEX outbox_watched ON outbox (campaign, watched_draw) WHERE watched_draw IS NOT NULL AND state = 'planned'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX outbox_watched');
    await runner.query('DROP INDEX outbox_let_through');
    await runner.query('ALTER TABLE outbox DROP COLUMN watched_draw');
    await runner.query('ALTER TABLE outbox DROP COLUMN watched_version');
    await runner.query('DROP TABLE watched_launch');
  }
}
