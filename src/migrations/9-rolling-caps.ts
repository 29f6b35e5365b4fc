import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Caps become rolling windows over the time of sending; service messages do not count for some of them. */
export class RollingCaps1763929000000 implements MigrationInterface {
  name = 'RollingCaps1763929000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const DAY_MS = 86_400_000;

const up = [
  // 'counted' or 'service'; null: the caps do not apply.
  'ALTER TABLE outbox ADD COLUMN caps TEXT',
  // The time of sending, for the caps; for a planned row it is not_before.
  'ALTER TABLE outbox ADD COLUMN cap_at BIGINT',
  `UPDATE outbox SET caps = 'counted' WHERE counts = 1`,
  `UPDATE outbox SET cap_at = COALESCE(settled_at, attempted_at, not_before) WHERE counts = 1 AND state <> 'planned'`,
  'DROP INDEX outbox_of_member',
  'ALTER TABLE outbox DROP COLUMN counts',
  'ALTER TABLE outbox DROP COLUMN cap_day',
  'CREATE INDEX outbox_of_member ON outbox (member_id, cap_at)',
];

const down = [
  'DROP INDEX outbox_of_member',
  'ALTER TABLE outbox ADD COLUMN counts INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE outbox ADD COLUMN cap_day BIGINT',
  `UPDATE outbox SET counts = 1, cap_day = COALESCE(cap_at, not_before) / ${DAY_MS} WHERE caps IS NOT NULL`,
  'ALTER TABLE outbox DROP COLUMN caps',
  'ALTER TABLE outbox DROP COLUMN cap_at',
  'CREATE INDEX outbox_of_member ON outbox (member_id, cap_day)',
];
