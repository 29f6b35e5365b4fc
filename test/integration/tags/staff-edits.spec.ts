import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A read of the contact that shows the tag of the staff, or no tag. */
const read = (at: number, hasTag: boolean) =>
  aFact('contact_read', at, xiaolu, {
    ...{ name: '小鹿', gender: 0, readAt: at },
    follows: [{ staff: 'LinXia', createdAt: MONDAY, tagIds: hasTag ? ['et-vip'] : [] }],
  });

async function aContact(product: TestProduct): Promise<void> {
  await product.db.write((tx) =>
    tx.insert('corp_tag', [{ tag_id: 'et-vip', name: '重点跟进', grp: '客户等级', gone: 0 }]),
  );
  await product.happens(aFact('contact_added', MONDAY, xiaolu));
}

const hasTag = async ({ db }: TestProduct): Promise<boolean> =>
  (await db.read.one(`SELECT 1 AS n FROM member_tag WHERE name = '重点跟进' AND want = 1`)) !== undefined;

eachDatabase('tags that staff put on and take off by hand', (open) => {
  it('are as the last read shows, when several reads are applied at once after a stop', async () => {
    const product = await aProduct(await open());
    await aContact(product);
    const at = MONDAY + MINUTE;
    await product.happens(read(at, true));
    await product.happens(read(at + 60 * SECOND, false), read(at + 61 * SECOND, true));
    expect(await hasTag(product)).toBe(true);
    await product.happens(read(at + 90 * SECOND, true), read(at + 91 * SECOND, false));
    expect(await hasTag(product)).toBe(false);
    // Whatever the order in which the answers were stored.
    await product.happens(read(at + 121 * SECOND, true), read(at + 120 * SECOND, false));
    expect(await hasTag(product)).toBe(true);
  });

  it('are read after the second of the event is over, because a second change in it sends the same event again', async () => {
    const product = await aProduct(await open());
    await aContact(product);
    const at = product.clock.now();
    await product.happens(aFact('contact_changed', at, xiaolu));
    const reads = await product.db.read.all<{ at: number }>(
      `SELECT not_before AS at FROM outbox WHERE kind = 'read_contact' ORDER BY id`,
    );
    expect(reads).toHaveLength(2);
    expect(Number(reads[1]!.at)).toBeGreaterThanOrEqual(at + SECOND);
  });

  it('are as the last read shows, when an earlier read was applied late', async () => {
    const product = await aProduct(await open());
    await aContact(product);
    await product.happens(read(MONDAY + MINUTE, true));
    // The product was stopped between the answer and its being applied.
    await product.later('2026-03-02T12:00');
    await product.happens(read(MONDAY + 2 * MINUTE, false));
    expect(await hasTag(product)).toBe(false);
    await product.happens(read(MONDAY + 2 * MINUTE + SECOND, true));
    expect(await hasTag(product)).toBe(true);
    // An answer that comes in after a later one changes nothing.
    await product.happens(read(MONDAY + 2 * MINUTE, false));
    expect(await hasTag(product)).toBe(true);
  });
});
