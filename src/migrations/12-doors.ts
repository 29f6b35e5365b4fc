import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts of refusals survive a restart, and sessions end by new rules. */
export class Doors1763932000000 implements MigrationInterface {
  name = 'Doors1763932000000';

  async up(runner: QueryRunner): Promise<void> {
    // `audit_id`: the audit row that shows the count.
    await runner.query(
      `CREATE TABLE door_count (door TEXT NOT NULL, key TEXT NOT NULL, opened_at BIGINT NOT NULL, times BIGINT NOT NULL, audit_id BIGINT, PRIMARY KEY (door, key))`,
    );
    await runner.query('CREATE INDEX door_count_opened ON door_count (door, opened_at)');
    await runner.query(
      `CREATE TABLE login_place (name TEXT NOT NULL, network TEXT NOT NULL, last_at BIGINT NOT NULL, PRIMARY KEY (name, network))`,
    );
    // Old sessions lasted a week from their last use. Their owners must log in again.
    await runner.query('DELETE FROM admin_session');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['door_count', 'login_place']) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
