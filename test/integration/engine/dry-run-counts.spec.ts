import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Context } from '../../../src/domain/context.js';
import { DAY_MS } from '../../../src/domain/day.js';
import type { Fact } from '../../../src/domain/fact.js';
import type { MemberId } from '../../../src/domain/ids.js';
import { compileRule, type CompiledRule } from '../../../src/domain/rules/index.js';
import type { TagRule, TierRules } from '../../../src/domain/ruleset.js';
import { affectedTags } from '../../../src/engine/dry-runs/affected-tags.js';
import { countChanges, evaluateGuarded } from '../../../src/engine/dry-runs/count-changes.js';
import { MemberSample } from '../../../src/engine/dry-runs/member-sample.js';
import type { Flow, TagCount } from '../../../src/engine/dry-runs/report.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const rule = (text: string): CompiledRule => {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(text);
  return compiled.rule;
};

const conditions = [
  'orders_total >= 1',
  'orders_90d >= 2',
  'spend_90d_cents >= 5000',
  'messages_30d >= 3',
  'days_since_last_seen <= 20',
  'checkins_30d >= 1 || messages_total >= 2',
  'is_contact && orders_total == 0',
  "'爱聊天' in tags",
  "'常客' in tags && messages_total >= 1",
] as const;
const ofTags = [...conditions, "tier == 'member'", "tier == 'loyal' || '会员' in tags", "stage == 'paying'"] as const;

const member = fc.record({
  ordersDaysAgo: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 3 }),
  messagesDaysAgo: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
  checksIn: fc.boolean(),
  lock: fc.option(fc.constantFrom('potential', 'member', 'gone'), { nil: null, freq: 5 }),
  dwelt: fc.boolean(),
  graceDays: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null, freq: 2 }),
  staffTag: fc.option(fc.record({ name: fc.constantFrom('常客', '爱聊天', '会员'), want: fc.boolean() }), {
    nil: null,
  }),
  isDue: fc.boolean(),
});

const tierRule = fc.record({
  enter: fc.constantFrom(...conditions),
  stay: fc.option(fc.constantFrom(...conditions), { nil: null }),
  dwell: fc.constantFrom(0, 14),
  grace: fc.constantFrom(0, 7),
  floorTag: fc.option(fc.constantFrom('常客', '爱聊天'), { nil: null, freq: 3 }),
});
const tagRule = fc.record({
  name: fc.constantFrom('常客', '爱聊天', '会员', '首单客', '话多', '新标签'),
  group: fc.constantFrom('价值', '行为'),
  when: fc.constantFrom(...ofTags),
  keep: fc.option(fc.constantFrom(...ofTags), { nil: null }),
  minDays: fc.constantFrom(0, 30),
});
const proposal = fc.record({
  tiers: fc.option(fc.array(tierRule, { minLength: 1, maxLength: 4 }), { nil: null, freq: 4 }),
  tags: fc.uniqueArray(tagRule, { selector: ({ name }) => name, maxLength: 6 }),
});

type Person = typeof member extends fc.Arbitrary<infer T> ? T : never;
type Proposal = typeof proposal extends fc.Arbitrary<infer T> ? T : never;

function factsOf(people: readonly Person[]): Fact[] {
  return people.flatMap((person, index) => {
    const ids = { externalUserId: `wm${index}` };
    const at = (daysAgo: number): number => MONDAY - daysAgo * DAY_MS;
    return [
      aFact('contact_added', at(130), ids),
      ...person.ordersDaysAgo.map((days, n) =>
        aFact('order_paid', at(days), ids, { orderId: `o-${index}-${n}`, amountCents: 3_000 }),
      ),
      ...person.messagesDaysAgo.map((days) => aFact('sent_message', at(days), ids)),
      ...(person.checksIn ? [aFact('checked_in', at(1), ids)] : []),
    ];
  });
}

/** Locks, dwells, graces and staff's tags as they may be found, and some members whose figures are not of today. */
async function disturb(db: Database, people: readonly Person[]): Promise<void> {
  await db.write(async (tx) => {
    for (const [index, { lock, dwelt, graceDays, staffTag, isDue }] of people.entries()) {
      const row = await tx.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [`wm${index}`]);
      const graceUntil = graceDays === null ? null : MONDAY + graceDays * DAY_MS;
      await tx.run(
        `UPDATE member SET tier_lock = $1, tier_lock_by = 'LinXia', tier_since = $2, tier_grace_until = $3, tier_grace_to = $4, due_day = CASE WHEN $5 > 0 THEN 0 ELSE due_day END WHERE id = $6`,
        [lock, MONDAY - (dwelt ? 40 : 1) * DAY_MS, graceUntil, graceUntil && 'potential', isDue ? 1 : 0, row!.id],
      );
      if (staffTag === null) continue;
      const want = staffTag.want ? 1 : 0;
      await tx.insert(
        'member_tag',
        [
          {
            member_id: row!.id,
            name: staffTag.name,
            grp: '价值',
            origin: 'staff',
            want,
            confirmed: 1,
            confirmed_at: 1,
            since: 1,
          },
        ],
        `(member_id, name) DO UPDATE SET origin = 'staff', want = excluded.want`,
      );
    }
  });
}

function proposed(current: Context, { tiers, tags }: Proposal): Context {
  const { ruleset } = current;
  const changed = ruleset.tiers.map((tier, index): TierRules => {
    const change = tiers?.[index - 1];
    if (!change) return tier;
    return {
      ...tier,
      enter: rule(change.enter),
      stay: change.stay === null ? null : rule(change.stay),
      minDwellDays: change.dwell,
      graceDays: change.grace,
      ...(change.floorTag === null ? {} : { floor: { tags: [change.floorTag], groups: [] } }),
    };
  });
  const rules = tags.map(({ name, group, when, keep, minDays }): TagRule => ({
    ...{ name, group, minDays, when: rule(when) },
    ...(keep === null ? {} : { keep: rule(keep) }),
  }));
  const others = ruleset.tags.filter(({ name }) => !rules.some((one) => one.name === name));
  return {
    ...current,
    ruleset: {
      ...ruleset,
      tiers: tiers ? changed : ruleset.tiers,
      tags: [...others.slice(2), ...rules],
      campaigns: [],
    },
  };
}

const sorted = (counts: ReadonlyMap<string, number>): string[] => [...counts].map(([key, n]) => `${key}=${n}`).sort();
const flows = (found: readonly Flow[]): string[] => found.map(({ from, to, n }) => `${from}>${to}=${n}`).sort();
const tags = (found: readonly TagCount[]): string[] => found.map(({ tag, group, n }) => `${group}/${tag}=${n}`).sort();

/** The same counts by evaluating every member, in the plainest way. */
async function counted({ db }: TestProduct, context: Context, names: ReadonlySet<string>, now: number) {
  const ids = (await db.read.all<{ id: MemberId }>('SELECT id FROM member WHERE merged_into IS NULL')).map(
    ({ id }) => id,
  );
  const [moved, warned, on, off] = [0, 1, 2, 3].map(() => new Map<string, number>()) as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ];
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { stored, decision, tags: before } of await evaluateGuarded(db.read, ids, { context, now })) {
    const { verdict } = decision.tier;
    add(moved, `${stored.tier}>${verdict.kind === 'entered' ? verdict.to : stored.tier}`);
    if (verdict.kind === 'warned') add(warned, `${stored.tier}>${verdict.to}`);
    for (const name of names) {
      const tag = before.get(name);
      const change = decision.tags.filter((one) => one.name === name).at(-1);
      const was = tag?.want ? `${tag.group}/${name}` : null;
      const is = change ? (change.add ? `${change.group}/${name}` : null) : was;
      if (was === is) continue;
      if (was !== null) add(off, was);
      if (is !== null) add(on, is);
    }
  }
  return { members: ids.length, moved: sorted(moved), warned: sorted(warned), on: sorted(on), off: sorted(off) };
}

eachDatabase('the counts of a dry run', (open) => {
  it('are those of evaluating every member', async () => {
    let [moved, tagged] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 25, maxLength: 25 }),
        fc.array(proposal, { minLength: 8, maxLength: 8 }),
        async (people, proposals) => {
          const db = await open();
          const product = await aProduct(db);
          await product.happens(...factsOf(people));
          await disturb(db, people);
          const current = await product.engine.context();
          const now = product.clock.now();
          for (const each of proposals) {
            const context = proposed(current, each);
            const names = affectedTags(current.ruleset, context.ruleset, {
              wayTags: new Set(),
              isTierChanged: each.tiers !== null,
              when: { now, timeZone: context.timeZone },
            }).names;
            const comparison = { current: current.ruleset, context, now, changesFigures: false };
            const count = (most: number) => countChanges(db.read, comparison, most, () => Promise.resolve());
            const { counts, leftOut, changed, ids } = await count(1_000);
            expect(leftOut).toBe(0);
            expect(ids).toHaveLength(changed);
            // SQL draws the same members as JavaScript.
            const few = new MemberSample(5);
            for (const id of ids) few.add(id);
            expect((await count(5)).ids).toEqual(few.ids());
            moved += counts.flows.filter(({ from, to }) => from !== to).length;
            tagged += counts.tagsOn.length + counts.tagsOff.length;
            expect({
              members: counts.members,
              moved: flows(counts.flows),
              warned: flows(counts.warned),
              on: tags(counts.tagsOn),
              off: tags(counts.tagsOff),
            }).toEqual(await counted(product, context, names, now));
          }
          await db.close();
        },
      ),
      { numRuns: 3 },
    );
    expect(moved).toBeGreaterThan(10);
    expect(tagged).toBeGreaterThan(10);
  });
});
