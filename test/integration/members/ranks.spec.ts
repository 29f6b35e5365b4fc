import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { readsNightFigures } from '../../../src/engine/due-members.store.js';
import { rankStore } from '../../../src/features/groups/rank.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, groupRead, MONDAY, withKey } from '../../support/test-product.js';

type Row = Readonly<Record<string, number | null>>;

const rowsOf = (db: Database, columns: string) =>
  db.read.all<Row>(`SELECT ${columns} FROM member_metrics ORDER BY member_id`);

async function rank(db: Database): Promise<number> {
  const changes = await rankStore.changes(db.read);
  await db.write((tx) => rankStore.save(tx, changes));
  return changes.length;
}

/** 1 plus those ahead, in per mille; null for 0. */
const expectedRank = (own: number, all: readonly number[]): number | null =>
  own > 0 ? Math.floor((all.filter((other) => other > own).length * 1_000) / all.length) + 1 : null;

const someMembers = fc.array(
  fc.record({
    figure: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 50_000 })),
    tier: fc.constantFrom('potential', 'member', null),
    groups: fc.uniqueArray(
      fc.record({ group: fc.integer({ min: 1, max: 4 }), joinedAt: fc.nat({ max: 3 }), present: fc.boolean() }),
      {
        selector: ({ group }) => group,
        maxLength: 3,
      },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Group 1 is of potential members, 2 and 3 are of members, 4 is of no tier; group 5 is dissolved. */
const tierOfGroup: Readonly<Record<number, string | null>> = { 1: 'potential', 2: 'member', 3: 'member', 4: null };

eachDatabase('the ranks of members', (open) => {
  it(
    'are their places among all and in their main group, and a second time nothing is written',
    { timeout: 60_000 },
    async () => {
      const db = await open();
      await db.write((tx) =>
        tx.insert(
          'chat_group',
          [1, 2, 3, 4].map((id) => ({ id, tier: tierOfGroup[id]!, status: 'active', created_at: 0 })),
        ),
      );
      await fc.assert(
        fc.asyncProperty(someMembers, async (members) => {
          await db.write(async (tx) => {
            await tx.run('DELETE FROM group_person');
            // What an earlier night stored is kept, so that what is not true any more must be emptied.
            await tx.run(`DELETE FROM member_metrics WHERE member_id > ${members.length}`);
            await tx.insert(
              'member_metrics',
              members.map(({ figure, tier }, index) => ({ member_id: index + 1, tier, spend_90d_cents: figure })),
              '(member_id) DO UPDATE SET tier = excluded.tier, spend_90d_cents = excluded.spend_90d_cents',
            );
            await tx.insert(
              'group_person',
              members.flatMap(({ groups }, index) =>
                groups.map(({ group, joinedAt, present }) => ({
                  ...{ group_id: group, member_id: index + 1, joined_at: joinedAt },
                  ...{ present: present ? 1 : 0, changed_at: 0 },
                })),
              ),
            );
          });
          await rank(db);
          const all = members.map(({ figure }) => figure);
          const expected = members.map(({ figure, tier, groups }) => {
            const [main] = groups
              .filter(({ present }) => present)
              .sort(
                (a, b) =>
                  Number(tier !== null && tierOfGroup[b.group] === tier) -
                    Number(tier !== null && tierOfGroup[a.group] === tier) ||
                  b.joinedAt - a.joinedAt ||
                  b.group - a.group,
              );
            const there = members.filter((other) =>
              other.groups.some(({ group, present }) => present && group === main?.group),
            );
            return {
              spend_90d_cents_rank: expectedRank(figure, all),
              spend_90d_cents_group_rank: main
                ? expectedRank(
                    figure,
                    there.map((other) => other.figure),
                  )
                : null,
            };
          });
          expect(await rowsOf(db, 'spend_90d_cents_rank, spend_90d_cents_group_rank')).toEqual(expected);
          expect(await rank(db)).toBe(0);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('are counted once a night, and scale with the community', async () => {
    const { db, happens, later } = await aProduct(await open());
    const people: MemberIds[] = Array.from({ length: 10 }, (_, index) => ({ externalUserId: `wm${index}` }));
    const paid = (who: MemberIds, cents: number) =>
      aFact('order_paid', MONDAY, who, { orderId: `o${cents}`, amountCents: cents });
    await happens(...people.map((who) => aFact('contact_added', MONDAY, who)));
    await happens(...people.slice(0, 5).map((who, index) => paid(who, 1_000 * (5 - index))));
    const ranks = async () => (await rowsOf(db, 'spend_90d_cents_rank AS r')).map(({ r }) => r);
    expect(await ranks()).toEqual(Array(10).fill(null));
    await later(24);
    // The best two of ten members are the top fifth.
    expect(await ranks()).toEqual([1, 101, 201, 301, 401, null, null, null, null, null]);
    await happens(paid(people[9]!, 9_000));
    expect((await ranks())[9]).toBeNull();
    await later(24);
    expect(await ranks()).toEqual([101, 201, 301, 401, 501, null, null, null, null, 1]);
  });

  it('say with how much of the main group a member has talked', async () => {
    const { db, happens, later } = await aProduct(await open());
    const names = ['wm1', 'wm2', 'wm3', 'wm4'];
    const says = (name: string, key: string, data: object): Fact =>
      withKey(key, aFact('sent_message', MONDAY, { externalUserId: name }, { chatId: 'wrA', ...data }));
    await happens(groupRead('wrA', '甲群', names, MONDAY));
    await happens(
      says('wm1', 'api:k1', {}),
      says('wm2', 'api:k2', { replyTo: 'k1' }),
      says('wm3', 'api:k3', { mentions: ['wm1'] }),
    );
    await later(24);
    const shares = async () => (await rowsOf(db, 'talked_group_percent AS p')).map(({ p }) => p);
    expect(await shares()).toEqual([33, 33, 0, 0]);
  });

  it('make members due as soon as the trigger of a template watches them', async () => {
    const product = await aProduct(await open());
    // The shipped texts about a share of the group watch a figure of the night, too.
    const rulesWithOnly = async (key: string) => {
      const rules = await product.rulesets.current();
      return { ...rules, campaigns: rules.campaigns.filter((campaign) => campaign.key === key) };
    };
    expect(readsNightFigures(await rulesWithOnly('first'))).toBe(false);
    await saveTemplate(
      product,
      'first',
      'trigger: {on: rank, metric: messages_30d_rank, within: 300}\nchannels: [mass_send]',
    );
    expect(readsNightFigures(await rulesWithOnly('first'))).toBe(true);
  });
});
