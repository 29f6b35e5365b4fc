import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps where each member is in each series. The row stays after the end, so that nobody enters twice what is for once. */
export class MemberSeries1763962000000 implements MigrationInterface {
  name = 'MemberSeries1763962000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE member_series');
  }
}

const statements = [
  `CREATE TABLE member_series (member_id BIGINT NOT NULL, series TEXT NOT NULL, entered_at BIGINT NOT NULL, version BIGINT NOT NULL,
    step TEXT, step_at BIGINT NOT NULL, done TEXT NOT NULL, tries BIGINT NOT NULL, sent_at BIGINT, due_at BIGINT, was_near BIGINT NOT NULL,
    ended_at BIGINT, ended TEXT, rearmed BIGINT NOT NULL, PRIMARY KEY (member_id, series))`,
  'CREATE INDEX member_series_due ON member_series (due_at) WHERE due_at IS NOT NULL',
  'CREATE INDEX member_series_place ON member_series (series, version, step)',
];
