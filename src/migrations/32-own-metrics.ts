import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the values of an admin's own metrics to a member's figures, and every profile field that is reported beside the ones
 * with a column. Recounts all members, because the fields of existing facts were not stored.
 */
export class OwnMetrics1763952000000 implements MigrationInterface {
  name = 'OwnMetrics1763952000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS member_field');
    await runner.query('ALTER TABLE member_metrics DROP COLUMN own');
  }
}

const statements = [
  // A JSON object: values by the stored name of their metric. Null: none.
  'ALTER TABLE member_metrics ADD COLUMN own TEXT',
  // `value` is JSON: a text, a number, true, false, or null where the field was emptied. `at`: epoch ms.
  'CREATE TABLE member_field (member_id BIGINT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (member_id, name))',
  `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
    ON CONFLICT (name) DO UPDATE SET value = '0'`,
];
