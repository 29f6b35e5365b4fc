import { expect, it } from 'vitest';
import type { Fact, StoredFact } from '../../../src/domain/fact.js';
import type { MemberId } from '../../../src/domain/ids.js';
import { resolveFacts, applyFacts } from '../../../src/engine/apply-facts.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';
import { memberStore } from '../../../src/features/members/member.store.js';
import { tagStore } from '../../../src/features/tags/tag.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

const HOUR = 3_600_000;
const added = (staff: string, at: number) => aFact('contact_added', at, xiaolu, { mutual: true, staff });
const lost = (staff: string, at: number) => aFact('contact_lost', at, xiaolu, { by: 'member', staff });
const read = (at: number, pairs: readonly (readonly [staff: string, createdAt: number])[]) =>
  aFact('contact_read', at, xiaolu, {
    name: '小鹿',
    gender: 0,
    readAt: at,
    follows: pairs.map(([staff, createdAt]) => ({ staff, createdAt, tagIds: [] })),
  });

async function take(db: Database, ...facts: Fact[]) {
  const stored = facts.map((fact, index) => ({ ...fact, id: index + 1 }) as StoredFact);
  const taken = await db.write(async (tx) => {
    const outcome = await applyFacts(tx, stored, await resolveFacts(tx, stored, MONDAY), {
      timeZone: 'Asia/Shanghai',
      now: MONDAY,
    });
    await memberStore.save(tx, [...outcome.members.values()], new Map(), MONDAY);
    return outcome;
  });
  return [...taken.members.values()][0]!;
}
const openPairs = async (db: Database) =>
  ((await contactPairStore.open(db.read, ['wmXiaolu'])).get('wmXiaolu') ?? []).map(({ staff }) => staff);

eachDatabase('the pairs of a customer and staff', (open) => {
  async function tagged(db: Database, member: MemberId): Promise<void> {
    await db.write((tx) =>
      tagStore.write(
        tx,
        [{ member, name: '首单客', group: '规则', origin: 'rule', want: true, confirmed: true }],
        MONDAY,
      ),
    );
  }
  const confirmedAt = async (db: Database, member: MemberId) =>
    (await tagStore.load(db.read, [member])).get(member)?.get('首单客')?.confirmedAt;

  it('are told the tags anew when one of them is lost, as WeCom keeps tags by the pair', async () => {
    const db = await open();
    const { state } = await take(db, added('LinXia', MONDAY), added('WangFang', MONDAY + HOUR));
    await tagged(db, state.id);
    expect((await take(db, lost('LinXia', MONDAY + 2 * HOUR))).state.isContact).toBe(true);
    expect(await confirmedAt(db, state.id)).toBeNull();
  });

  it('are told the tags anew when a read no longer shows one, and not when it shows all', async () => {
    const db = await open();
    const both = [
      ['LinXia', MONDAY],
      ['WangFang', MONDAY],
    ] as const;
    const { state } = await take(db, added('LinXia', MONDAY), added('WangFang', MONDAY));
    await tagged(db, state.id);
    await take(db, read(MONDAY + HOUR, both));
    expect(await confirmedAt(db, state.id)).toBe(MONDAY);
    await take(db, read(MONDAY + 2 * HOUR, both.slice(1)));
    expect(await confirmedAt(db, state.id)).toBeNull();
    expect(await openPairs(db)).toEqual(['WangFang']);
    await tagged(db, state.id);
    await take(db, read(MONDAY + 3 * HOUR, both.slice(1)));
    expect(await confirmedAt(db, state.id)).toBe(MONDAY);
  });

  it('stay ended when a read lists whom the customer deleted', async () => {
    const db = await open();
    await take(db, added('LinXia', MONDAY));
    await take(db, lost('LinXia', MONDAY + HOUR));
    const member = await take(db, read(MONDAY + 3 * HOUR, [['LinXia', MONDAY]]));
    expect(member.state.isContact).toBe(false);
    expect(await openPairs(db)).toEqual([]);
  });

  it('are open again when a read shows that they began after their end', async () => {
    const db = await open();
    await take(db, added('LinXia', MONDAY));
    await take(db, lost('LinXia', MONDAY + HOUR));
    const member = await take(db, read(MONDAY + 3 * HOUR, [['LinXia', MONDAY + 2 * HOUR]]));
    expect(member.state.isContact).toBe(true);
    expect(await openPairs(db)).toEqual(['LinXia']);
    // The old loss, told late and again, does not end the new pair.
    expect((await take(db, lost('LinXia', MONDAY + HOUR))).state.isContact).toBe(true);
    expect(await openPairs(db)).toEqual(['LinXia']);
  });

  it('leave a contact in whatever order the news of two of them come', async () => {
    const news = [
      added('LinXia', MONDAY - 9 * HOUR),
      added('ZhaoMin', MONDAY - 7 * HOUR),
      lost('LinXia', MONDAY - 5 * HOUR),
    ];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const db = await open();
      let last: Awaited<ReturnType<typeof take>> | undefined;
      for (const index of order) last = await take(db, news[index]!);
      expect([order, last!.state.isContact, await openPairs(db)]).toEqual([order, true, ['ZhaoMin']]);
    }
  });

  it('all end with a loss that names no staff, also those told of after it', async () => {
    const all = aFact('contact_lost', MONDAY - 5 * HOUR, xiaolu, { by: 'member' });
    const { db, happens } = await aProduct(await open());
    await happens(added('LinXia', MONDAY - 9 * HOUR), all);
    await happens(added('ZhaoMin', MONDAY - 7 * HOUR));
    expect(await openPairs(db)).toEqual([]);
    expect(await db.read.all('SELECT is_contact FROM member_metrics')).toEqual([{ is_contact: 0 }]);
    await happens(added('WangFang', MONDAY - HOUR));
    expect(await openPairs(db)).toEqual(['WangFang']);
  });
});
