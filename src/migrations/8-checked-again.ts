import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A queued row stores its occasion and is checked again before it is sent; a template stores that its file is gone. */
export class CheckedAgain1763928000000 implements MigrationInterface {
  name = 'CheckedAgain1763928000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    // The key identifies older messages; the move identifies an invitation.
    await runner.query(
      `UPDATE outbox SET occasion = key WHERE campaign IS NOT NULL AND member_id IS NOT NULL AND key NOT LIKE campaign || ':move:%'`,
    );
    await runner.query(
      `CREATE INDEX outbox_queued_of ON outbox (campaign) WHERE state IN ('planned', 'sending', 'waiting')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX outbox_queued_of');
    for (const [table, column] of added)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.slice(0, column.indexOf(' '))}`);
  }
}

const added: readonly (readonly [table: string, column: string])[] = [
  ['outbox', 'occasion TEXT'],
  ['outbox', 'ground TEXT'],
  ['outbox', 'keeps_version BIGINT'],
  ['outbox', 'words_day BIGINT'],
  ['template', 'file_gone_at BIGINT'],
  // Whether it was enabled before its file disappeared; null if somebody has switched it since.
  ['template', 'enabled_before INTEGER'],
];
