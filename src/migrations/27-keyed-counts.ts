import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds counts per member, day and a further key (the name of a custom fact, the category of an order or a view), and the
 * category of each order. Recounts all members, because existing facts were not counted by key.
 */
export class KeyedCounts1763947000000 implements MigrationInterface {
  name = 'KeyedCounts1763947000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE shop_order DROP COLUMN category');
    await runner.query('DROP TABLE IF EXISTS member_day_key');
  }
}

const statements = [
  `CREATE TABLE member_day_key (member_id BIGINT NOT NULL, day BIGINT NOT NULL, measure TEXT NOT NULL, key TEXT NOT NULL,
    count BIGINT NOT NULL DEFAULT 0, sum BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (member_id, day, measure, key))`,
  // For the window of some keys of a member.
  'CREATE INDEX member_day_key_window ON member_day_key (member_id, measure, key, day)',
  'ALTER TABLE shop_order ADD COLUMN category TEXT',
  `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
    ON CONFLICT (name) DO UPDATE SET value = '0'`,
];
