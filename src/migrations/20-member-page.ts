import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the sign-ins and the sessions of the member's page. */
export class MemberPage1763940000000 implements MigrationInterface {
  name = 'MemberPage1763940000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE member_sign_in (
      state_hash TEXT PRIMARY KEY,
      browser_hash TEXT NOT NULL,
      path TEXT NOT NULL,
      expires_at BIGINT NOT NULL
    )`);
    await runner.query('CREATE INDEX member_sign_in_expires ON member_sign_in (expires_at)');
    await runner.query(`CREATE TABLE member_session (
      token_hash TEXT PRIMARY KEY,
      external_userid TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`);
    await runner.query('CREATE INDEX member_session_expires ON member_session (expires_at)');
    await runner.query('CREATE INDEX member_session_of ON member_session (external_userid, expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['member_session', 'member_sign_in']) await runner.query(`DROP TABLE ${table}`);
  }
}
