import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A task records the staff whom its card did not reach; operators get it instead. */
export class UnreachedStaff1763934000000 implements MigrationInterface {
  name = 'UnreachedStaff1763934000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operator_task ADD COLUMN unreached TEXT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operator_task DROP COLUMN unreached');
  }
}
