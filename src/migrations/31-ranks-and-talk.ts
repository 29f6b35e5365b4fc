import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counts who talked to whom by day, and adds the figures made of it, the category ordered most, and the ranks of members.
 * The exchanges are filled by a recount of all members at the next start, in the corp's time zone.
 */
export class RanksAndTalk1763951000000 implements MigrationInterface {
  name = 'RanksAndTalk1763951000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...dropExchanges, ...exchangesByDay]) await runner.query(statement);
    for (const [column, type] of columns) await runner.query(`ALTER TABLE member_metrics ADD COLUMN ${column} ${type}`);
    await runner.query(
      `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
        ON CONFLICT (name) DO UPDATE SET value = '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [column] of columns.toReversed()) await runner.query(`ALTER TABLE member_metrics DROP COLUMN ${column}`);
    for (const statement of [...dropExchanges, ...exchangesOfAllTime]) await runner.query(statement);
  }
}

const dropExchanges = ['DROP TABLE exchange_waiting', 'DROP TABLE exchange'];

const exchangesByDay = [
  // How often a member mentioned or answered another one in a group on a day; one row for each direction.
  `CREATE TABLE exchange (member_id BIGINT NOT NULL, other_id BIGINT NOT NULL, day BIGINT NOT NULL,
    mentions BIGINT NOT NULL DEFAULT 0, answers BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (member_id, other_id, day))`,
  'CREATE INDEX exchange_with ON exchange (other_id, day)',
  // Mentions of a member, or answers to a message, that is not known yet, with the day on which they were said.
  `CREATE TABLE exchange_waiting (ref TEXT NOT NULL, kind TEXT NOT NULL, member_id BIGINT NOT NULL, day BIGINT NOT NULL,
    times BIGINT NOT NULL, PRIMARY KEY (ref, kind, member_id, day))`,
  'CREATE INDEX exchange_waiting_of ON exchange_waiting (member_id)',
];

const exchangesOfAllTime = [
  `CREATE TABLE exchange (member_id BIGINT NOT NULL, other_id BIGINT NOT NULL, mentions BIGINT NOT NULL DEFAULT 0, answers BIGINT NOT NULL DEFAULT 0,
    last_at BIGINT NOT NULL, PRIMARY KEY (member_id, other_id))`,
  'CREATE INDEX exchange_with ON exchange (other_id)',
  `CREATE TABLE exchange_waiting (ref TEXT NOT NULL, kind TEXT NOT NULL, member_id BIGINT NOT NULL, times BIGINT NOT NULL, last_at BIGINT NOT NULL,
    PRIMARY KEY (ref, kind, member_id))`,
  'CREATE INDEX exchange_waiting_of ON exchange_waiting (member_id)',
];

const ranked = [
  ...['messages_30d', 'posts_30d', 'mentions_30d', 'replies_30d', 'active_days_30d', 'checkins_30d', 'invites_total'],
  ...['orders_90d', 'spend_90d_cents', 'spend_total_cents'],
];

const counted = [
  ...['replies', 'talked_with'].flatMap((stem) => ['7d', '30d', '90d', 'total'].map((span) => `${stem}_${span}`)),
  ...['most_exchanged_7d', 'mention_people_30d', 'mention_days_30d'],
];

const columns = [
  ...counted.map((column) => [column, 'BIGINT NOT NULL DEFAULT 0'] as const),
  ...['top_category', 'top_category_90d'].map((column) => [column, 'TEXT'] as const),
  ...['top_category_percent', 'top_category_90d_percent', 'talked_group_percent'].map(
    (column) => [column, 'BIGINT'] as const,
  ),
  ...ranked.flatMap((name) => [`${name}_rank`, `${name}_group_rank`]).map((column) => [column, 'BIGINT'] as const),
];
