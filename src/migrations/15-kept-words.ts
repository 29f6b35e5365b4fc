import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index for the few messages that are pinned to one version of their template. */
export class KeptWords1763935000000 implements MigrationInterface {
  name = 'KeptWords1763935000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX outbox_kept_of ON outbox (campaign) WHERE keeps_version IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX outbox_kept_of');
  }
}
