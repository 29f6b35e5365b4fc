import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A lease, so that only one of several processes reconciles with the corp. */
export class ComparisonLease1763910000000 implements MigrationInterface {
  name = 'ComparisonLease1763910000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE corp_run ADD COLUMN leased_by TEXT');
    await runner.query('ALTER TABLE corp_run ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['leased_by', 'lease_until']) await runner.query(`ALTER TABLE corp_run DROP COLUMN ${column}`);
  }
}
