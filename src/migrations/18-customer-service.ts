import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Customer service: what the reader has read, who may be written to and how often, and the entry links per scene. */
export class CustomerService1763938000000 implements MigrationInterface {
  name = 'CustomerService1763938000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['fact_to_service', 'fact_visitor']) await runner.query(`DROP INDEX IF EXISTS ${index}`);
    for (const table of tables) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}

const tables = ['kf_cursor', 'kf_pull', 'kf_asked', 'kf_sent', 'service_window', 'service_send', 'service_way'];

const statements = [
  // Their words are deleted after a while.
  `CREATE INDEX fact_to_service ON fact (received_at) WHERE kind = 'wrote_to_service'`,
  `CREATE INDEX fact_visitor ON fact (received_at) WHERE state = 0 AND kind = 'entered_service'`,
  // How far each account is read. `is_catching_up`: the read began without a cursor and has not reached the end.
  `CREATE TABLE kf_cursor (account TEXT PRIMARY KEY, cursor TEXT NOT NULL, is_catching_up INTEGER NOT NULL, changed_at BIGINT NOT NULL)`,
  // The pulls without a token of the last minute, of all accounts.
  `CREATE TABLE kf_pull (at BIGINT NOT NULL)`,
  `CREATE INDEX kf_pull_at ON kf_pull (at)`,
  // The customers whose unionid was asked for.
  `CREATE TABLE kf_asked (external_userid TEXT PRIMARY KEY, unionid TEXT, asked_at BIGINT NOT NULL)`,
  // Each message to a customer: how many msgids it has used, how many attempts had no answer, whether it was sent.
  `CREATE TABLE kf_sent (id TEXT PRIMARY KEY, nth INTEGER NOT NULL, unanswered INTEGER NOT NULL, is_done INTEGER NOT NULL, changed_at BIGINT NOT NULL)`,
  `CREATE INDEX kf_sent_changed ON kf_sent (changed_at)`,
  // 48 h and five messages after each message of the customer. `served_by`: bot, queue, person or nobody.
  `CREATE TABLE service_window (account TEXT NOT NULL, external_userid TEXT NOT NULL, member_id BIGINT, wrote_at BIGINT NOT NULL, refused_at BIGINT,
    served_by TEXT NOT NULL, servicer TEXT, changed_at BIGINT NOT NULL, PRIMARY KEY (account, external_userid))`,
  `CREATE INDEX service_window_of_member ON service_window (member_id)`,
  // Messages that were sent or may have been. The key is that of the outbox row, so a repeated attempt counts once.
  `CREATE TABLE service_send (key TEXT PRIMARY KEY, account TEXT NOT NULL, external_userid TEXT NOT NULL, messages INTEGER NOT NULL, at BIGINT NOT NULL)`,
  `CREATE INDEX service_send_of_window ON service_send (account, external_userid, at)`,
  // An entry link per scene. `pass`: the random scene_param that comes back with who enters by it.
  `CREATE TABLE service_way (scene TEXT PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL, pass TEXT NOT NULL UNIQUE,
    url TEXT, problem TEXT, requested_at BIGINT NOT NULL)`,
];
