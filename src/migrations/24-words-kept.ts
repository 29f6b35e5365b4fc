import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the words of members that are to be deleted, and keeps which accounts of customer service the app has lost. */
export class WordsKept1763944000000 implements MigrationInterface {
  name = 'WordsKept1763944000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of indexes) await runner.query(`DROP INDEX IF EXISTS ${index}`);
    await runner.query('DROP TABLE IF EXISTS kf_lost_account');
  }
}

const indexes = ['fact_asked', 'fact_unrecognized', 'command_request_words', 'member_reply_in'];

const statements = [
  `CREATE INDEX fact_asked ON fact (received_at) WHERE kind = 'asked'`,
  `CREATE INDEX fact_unrecognized ON fact (received_at) WHERE kind = 'unrecognized'`,
  `CREATE INDEX command_request_words ON command_request (received_at) WHERE text <> ''`,
  `CREATE INDEX member_reply_in ON member_reply (task_id)`,
  // Accounts of customer service that WeCom does not let the app use any more. `lost_at`: epoch ms.
  `CREATE TABLE kf_lost_account (account TEXT PRIMARY KEY, lost_at BIGINT NOT NULL)`,
];
