import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds members among a million by stage, by phone number, and by a part of the name. */
export class MemberSearch1763958000000 implements MigrationInterface {
  name = 'MemberSearch1763958000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX metrics_by_stage ON member_metrics (stage)');
    await runner.query('CREATE INDEX member_by_phone ON member (phone) WHERE phone IS NOT NULL');
    // A part of a name is found by reading all names: here without the rest of the rows. PostgreSQL would not use it, and
    // refuses an entry for a very long name.
    if (runner.connection.options.type !== 'postgres')
      await runner.query('CREATE INDEX member_by_name ON member (LOWER(name), id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['member_by_name', 'member_by_phone', 'metrics_by_stage'])
      await runner.query(`DROP INDEX IF EXISTS ${index}`);
  }
}
