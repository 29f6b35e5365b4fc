import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps in which hours of a day a member acted, and the hour in which they usually do. A recount of all members fills both. */
export class ActiveHours1763960000000 implements MigrationInterface {
  name = 'ActiveHours1763960000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of hours)
      await runner.query(`ALTER TABLE member_day ADD COLUMN ${column} BIGINT NOT NULL DEFAULT 0`);
    await runner.query('ALTER TABLE member_metrics ADD COLUMN usual_active_hour BIGINT');
    await runner.query(
      `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
        ON CONFLICT (name) DO UPDATE SET value = '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE member_metrics DROP COLUMN usual_active_hour');
    for (const column of hours.toReversed()) await runner.query(`ALTER TABLE member_day DROP COLUMN ${column}`);
  }
}

const hours = ['hours_0', 'hours_6', 'hours_12', 'hours_18'];
