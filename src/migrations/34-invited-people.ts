import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps who invited whom, and adds the orders of invited people. Both are filled by a recount of all members at the next start. */
export class InvitedPeople1763954000000 implements MigrationInterface {
  name = 'InvitedPeople1763954000000';

  async up(runner: QueryRunner): Promise<void> {
    // `invitee` is an id of the invited person, as the fact names it.
    await runner.query(
      'CREATE TABLE invitation (member_id BIGINT NOT NULL, invitee TEXT NOT NULL, day BIGINT NOT NULL, PRIMARY KEY (member_id, invitee))',
    );
    await runner.query('CREATE INDEX invitation_of ON invitation (invitee)');
    // To find the person whom an id names, whatever its kind.
    await runner.query('CREATE INDEX identity_value ON identity (value)');
    for (const column of columns)
      await runner.query(`ALTER TABLE member_metrics ADD COLUMN ${column} BIGINT NOT NULL DEFAULT 0`);
    await runner.query(
      `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)
        ON CONFLICT (name) DO UPDATE SET value = '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns.toReversed()) await runner.query(`ALTER TABLE member_metrics DROP COLUMN ${column}`);
    await runner.query('DROP INDEX IF EXISTS identity_value');
    await runner.query('DROP TABLE IF EXISTS invitation');
  }
}

const columns = ['7d', '30d', '90d', 'total'].flatMap((span) => [
  `invited_orders_${span}`,
  `invited_spend_${span}_cents`,
]);
