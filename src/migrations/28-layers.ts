import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The layers that each evaluation decides: RFM, ARGO stage and key members. */
export class Layers1763948000000 implements MigrationInterface {
  name = 'Layers1763948000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE member_metrics ADD COLUMN ${column}`);
    // The next review evaluates everybody, so that the layers of all members are known within a minute.
    await runner.query('UPDATE member SET reviewed_day = reviewed_day - 1 WHERE reviewed_day > 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE member_metrics DROP COLUMN ${column.split(' ')[0]}`);
  }
}

const columns = [
  'rfm TEXT',
  'rfm_r BIGINT',
  'rfm_f BIGINT',
  'rfm_m BIGINT',
  'argo TEXT',
  'is_key INTEGER NOT NULL DEFAULT 0',
];
