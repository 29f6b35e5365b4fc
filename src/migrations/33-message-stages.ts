import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The lifecycle stage that a member was in when a message to them was planned: to whom the effort of a month went. */
export class MessageStages1763953000000 implements MigrationInterface {
  name = 'MessageStages1763953000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox ADD COLUMN stage TEXT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP COLUMN stage');
  }
}
