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

async function apply(db: Database, ...facts: Fact[]) {
  const stored = facts.map((fact, index) => ({ ...fact, id: index + 1 }) as StoredFact);
  const applied = await db.write(async (tx) => {
    const outcome = await applyFacts(tx, stored, await resolveFacts(tx, stored, MONDAY), {
      timeZone: 'Asia/Shanghai',
      now: MONDAY,
    });
    await memberStore.save(tx, [...outcome.members.values()], new Map(), MONDAY);
    return outcome;
  });
  return [...applied.members.values()][0]!;
}
const openPairs = async (db: Database) =>
  ((await contactPairStore.open(db.read, ['wmXiaolu'])).get('wmXiaolu') ?? []).map(({ staff }) => staff);

eachDatabase('the contact pairs of a customer', (open) => {
  async function confirmTag(db: Database, member: MemberId): Promise<void> {
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

  it('need all tags sent again when one of them is lost, because WeCom keeps tags by pair', async () => {
    const db = await open();
    const { state } = await apply(db, added('LinXia', MONDAY), added('WangFang', MONDAY + HOUR));
    await confirmTag(db, state.id);
    expect((await apply(db, lost('LinXia', MONDAY + 2 * HOUR))).state.isContact).toBe(true);
    expect(await confirmedAt(db, state.id)).toBeNull();
  });

  it('need all tags sent again when a read does not list one, and not when it lists all', async () => {
    const db = await open();
    const both = [
      ['LinXia', MONDAY],
      ['WangFang', MONDAY],
    ] as const;
    const { state } = await apply(db, added('LinXia', MONDAY), added('WangFang', MONDAY));
    await confirmTag(db, state.id);
    await apply(db, read(MONDAY + HOUR, both));
    expect(await confirmedAt(db, state.id)).toBe(MONDAY);
    await apply(db, read(MONDAY + 2 * HOUR, both.slice(1)));
    expect(await confirmedAt(db, state.id)).toBeNull();
    expect(await openPairs(db)).toEqual(['WangFang']);
    await confirmTag(db, state.id);
    await apply(db, read(MONDAY + 3 * HOUR, both.slice(1)));
    expect(await confirmedAt(db, state.id)).toBe(MONDAY);
  });

  it('stay ended when a read still lists staff whom the customer deleted', async () => {
    const db = await open();
    await apply(db, added('LinXia', MONDAY));
    await apply(db, lost('LinXia', MONDAY + HOUR));
    const member = await apply(db, read(MONDAY + 3 * HOUR, [['LinXia', MONDAY]]));
    expect(member.state.isContact).toBe(false);
    expect(await openPairs(db)).toEqual([]);
  });

  it('are open again when a read shows that they started after their end', async () => {
    const db = await open();
    await apply(db, added('LinXia', MONDAY));
    await apply(db, lost('LinXia', MONDAY + HOUR));
    const member = await apply(db, read(MONDAY + 3 * HOUR, [['LinXia', MONDAY + 2 * HOUR]]));
    expect(member.state.isContact).toBe(true);
    expect(await openPairs(db)).toEqual(['LinXia']);
    // The old loss, reported once more, does not end the new pair.
    expect((await apply(db, lost('LinXia', MONDAY + HOUR))).state.isContact).toBe(true);
    expect(await openPairs(db)).toEqual(['LinXia']);
  });

  it('keep the customer a contact in whatever order the facts about two of them arrive', async () => {
    const facts = [
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
      let last: Awaited<ReturnType<typeof apply>> | undefined;
      for (const index of order) last = await apply(db, facts[index]!);
      expect([order, last!.state.isContact, await openPairs(db)]).toEqual([order, true, ['ZhaoMin']]);
    }
  });

  it('all end with a loss that names no staff, also those reported after it', async () => {
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
