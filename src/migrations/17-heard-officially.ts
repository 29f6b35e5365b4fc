import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds what customer service and links count per day, and the figures that are summed from it. */
export class HeardOfficially1763937000000 implements MigrationInterface {
  name = 'HeardOfficially1763937000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, column } of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} BIGINT NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, column } of columns.toReversed())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}

const columns = [
  ...['service_messages', 'service_visits', 'clicks'].map((column) => ({ table: 'member_day', column })),
  ...[
    'service_messages_total',
    'service_messages_30d',
    'service_messages_7d',
    'service_visits_30d',
    'clicks_total',
    'clicks_30d',
  ].map((column) => ({ table: 'member_metrics', column })),
];
