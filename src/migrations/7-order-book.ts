import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Stores every order, so that a refund finds its own, and when each profile field changed. Existing figures are recounted
 * from the facts at the next start (`recount`), in the corp's time zone, which the migration does not know.
 */
export class OrderBook1763927000000 implements MigrationInterface {
  name = 'OrderBook1763927000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM setting WHERE name = 'recount_after'`);
    for (const column of profileTimes) await runner.query(`ALTER TABLE member DROP COLUMN ${column}`);
    await runner.query('DROP TABLE IF EXISTS shop_order');
  }
}

const profileTimes = ['name_at', 'phone_at', 'birthday_at', 'region_at', 'gender_at'];

const statements = [
  // `refunds` is a JSON list of { at, amountCents, full }. An unpaid order has refunds whose payment has not arrived yet.
  `CREATE TABLE shop_order (member_id BIGINT NOT NULL, order_id TEXT NOT NULL, paid_at BIGINT, paid_day BIGINT, amount_cents BIGINT NOT NULL DEFAULT 0,
    refunds TEXT NOT NULL DEFAULT '[]', standing INTEGER NOT NULL DEFAULT 0, net_cents BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (member_id, order_id))`,
  `CREATE INDEX shop_order_paid ON shop_order (paid_at)`,
  ...profileTimes.map((column) => `ALTER TABLE member ADD COLUMN ${column} BIGINT NOT NULL DEFAULT 0`),
  // A fact's time in the future becomes the time of its arrival.
  `UPDATE fact SET at = received_at WHERE at > received_at`,
  // The last recounted member. Without facts there is nothing to recount.
  `INSERT INTO setting (name, value, changed_at) SELECT 'recount_after', '0', 0 WHERE EXISTS (SELECT 1 FROM fact)`,
];
