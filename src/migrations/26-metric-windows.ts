import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the windows of all counts, posts, refunds, the last day of each kind of act, check-in streaks, gender and month of
 * birth. The figures are filled by a recount of all members at the next start.
 */
export class MetricWindows1763946000000 implements MigrationInterface {
  name = 'MetricWindows1763946000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, column, type } of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    await runner.query(
      `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
        ON CONFLICT (name) DO UPDATE SET value = '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, column } of columns.toReversed())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}

const COUNT = 'BIGINT NOT NULL DEFAULT 0';

const counted = [
  'messages_90d',
  ...['posts_7d', 'posts_30d', 'posts_90d', 'posts_total'],
  ...['mentions_7d', 'mentions_90d', 'mentions_total'],
  ...['ads_7d', 'ads_90d'],
  ...['active_days_7d', 'active_days_90d', 'active_days_total'],
  ...['checkins_7d', 'checkins_90d', 'checkin_run', 'checkin_streak_longest'],
  ...['visits_7d', 'visits_90d', 'visits_total'],
  ...['views_7d', 'views_90d'],
  ...['clicks_7d', 'clicks_90d'],
  'service_messages_90d',
  ...['service_visits_7d', 'service_visits_90d', 'service_visits_total'],
  ...['invites_7d', 'invites_30d', 'invites_90d'],
  'orders_7d',
  ...['spend_7d_cents', 'spend_30d_cents'],
  ...['refunds_7d', 'refunds_30d', 'refunds_90d', 'refunds_total'],
  ...['refunded_7d_cents', 'refunded_30d_cents', 'refunded_90d_cents', 'refunded_total_cents'],
];

const nullable = [
  ...['average_order_cents', 'average_order_90d_cents', 'birthday_month'],
  ...['last_mention_day', 'last_checkin_day', 'last_visit_day', 'last_view_day', 'last_click_day'],
  ...['last_service_message_day', 'last_invite_day', 'last_refund_day'],
];

const columns = [
  ...['posts', 'refunds', 'refunded_cents'].map((column) => ({ table: 'member_day', column, type: COUNT })),
  ...counted.map((column) => ({ table: 'member_metrics', column, type: COUNT })),
  ...nullable.map((column) => ({ table: 'member_metrics', column, type: 'BIGINT' })),
  { table: 'member_metrics', column: 'gender', type: 'TEXT' },
];
