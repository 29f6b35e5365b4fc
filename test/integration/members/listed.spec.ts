import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, dayOf } from '../../../src/domain/day.js';
import { MemberSets } from '../../../src/insights/member-sets.js';
import { listMembers } from '../../../src/insights/members.js';
import type { MemberFilter } from '../../../src/insights/member-filter.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { vocabulary } from '../rules/random-rules.js';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-03-02T10:00:00+08:00');
const TODAY = dayOf(NOW, ZONE);
const FORTY_DAYS = 40 * DAY_MS;
const NAMES = ['王小雨', '小雨李', 'Alice', '雨', '子涵 100%', '', '👍🏻""小', 'É'];

interface Member {
  readonly id: number;
  readonly name: string;
  readonly seen: number | null;
  readonly tier: string;
  readonly orders: number;
  readonly hasTag: boolean;
}

const someFigures = fc.record({
  name: fc.constantFrom(...NAMES),
  seen: fc.option(
    fc.oneof(fc.integer({ min: NOW - FORTY_DAYS, max: NOW }), fc.constantFrom(NOW - 20 * DAY_MS, NOW - 21 * DAY_MS)),
  ),
  tier: fc.constantFrom('potential', 'regular', 'loyal'),
  orders: fc.integer({ min: 0, max: 4 }),
  hasTag: fc.boolean(),
});

const filters: readonly [Partial<MemberFilter>, (member: Member) => boolean][] = [
  [{ tier: 'loyal' }, ({ tier }) => tier === 'loyal'],
  [{ tag: '高价值' }, ({ hasTag }) => hasTag],
  [{ q: '小雨' }, ({ name }) => name.includes('小雨')],
  ...['雨', '小', '👍🏻', '"', '""小', 'É', '100', '00%', '%', '%%', '龘', '雨小'].map(
    (q): [Partial<MemberFilter>, (member: Member) => boolean] => [{ q }, ({ name }) => name.includes(q)],
  ),
  [{ q: 'ALI' }, ({ name }) => name === 'Alice'],
  [{ q: 'lI' }, ({ name }) => name === 'Alice'],
  [{ q: '0%' }, ({ name }) => name.includes('0%')],
  [{ where: 'orders_total >= 3' }, ({ orders }) => orders >= 3],
  [{ where: 'days_since_last_seen >= 20' }, ({ seen }) => seen !== null && TODAY - dayOf(seen, ZONE) >= 20],
  [
    { q: '雨', tier: 'regular', tag: '高价值', where: 'orders_total >= 1' },
    ({ name, tier, hasTag, orders }) => name.includes('雨') && tier === 'regular' && hasTag && orders >= 1,
  ],
  [{ where: 'orders_total > 99' }, () => false],
];

/** Ways of reading that a small number of members would not need. */
const efforts = [
  { few: 0, inOrder: 1, atOnce: 1, manyOnOneDay: 3 },
  { few: 0, inOrder: 1, atOnce: 20, manyOnOneDay: 1_000 },
  { few: 5, inOrder: 3, atOnce: 4, manyOnOneDay: 10 },
];

async function store(db: Database, members: readonly Member[]): Promise<void> {
  await db.write(async (tx) => {
    await tx.insert(
      'member',
      members.map(({ id, name, seen }) => ({ id, name, created_at: 0, last_seen_at: seen })),
      '(id) DO UPDATE SET name = excluded.name, last_seen_at = excluded.last_seen_at',
    );
    await tx.insert(
      'member_metrics',
      members.map(({ id, seen, tier, orders }) => ({
        ...{ member_id: id, tier, orders_total: orders },
        last_seen_day: seen === null ? null : dayOf(seen, ZONE),
      })),
      '(member_id) DO UPDATE SET tier = excluded.tier, orders_total = excluded.orders_total, last_seen_day = excluded.last_seen_day',
    );
    await tx.insert(
      'member_tag',
      members.map(({ id, hasTag }) => ({
        ...{ member_id: id, name: '高价值', grp: '', origin: 'rule', since: 0 },
        want: hasTag ? 1 : 0,
      })),
      '(member_id, name) DO UPDATE SET want = excluded.want',
    );
  });
}

eachDatabase('the list of members', (open) => {
  it('has page by page exactly those who pass the filter, however they are found and whoever has changed', async () => {
    const db = await open();
    const byId = new Map<number, Member>();
    const sets = efforts.map(() => new MemberSets(db.changes));
    const ids = fc.integer({ min: 1, max: 60 });
    const someChanges = fc.uniqueArray(fc.tuple(ids, someFigures), { selector: ([id]) => id, maxLength: 40 });
    for (const changes of fc.sample(someChanges, { numRuns: 8, seed: 7 })) {
      const changed = changes.map(([id, figures]) => ({ id, ...figures }));
      for (const member of changed) byId.set(member.id, member);
      await store(db, changed);
      const all = [...byId.values()].sort((a, b) => (b.seen ?? 0) - (a.seen ?? 0) || b.id - a.id);
      for (const [filter, passes] of filters)
        for (const [index, effort] of efforts.entries()) {
          const on = { vocabulary, timeZone: ZONE, now: NOW, sets: sets[index]!, effort };
          const found = await pages(db, { ...filter, sort: 'seen', limit: 3 }, on);
          expect({ filter, found }).toEqual({ filter, found: all.filter(passes).map(({ id }) => id) });
        }
    }
  }, 60_000);

  it('forgets its sets when a statement does not tell whom it changed', async () => {
    const db = await open();
    await store(
      db,
      Array.from({ length: 20 }, (_, index) => ({
        ...{ id: index + 1, name: '', seen: NOW - index * DAY_MS, tier: 'potential', orders: 0, hasTag: false },
      })),
    );
    const on = { vocabulary, timeZone: ZONE, now: NOW, sets: new MemberSets(db.changes), effort: efforts[0]! };
    const filter = { where: 'orders_total > 0', sort: 'seen', limit: 3 } as const;
    expect(await pages(db, filter, on)).toEqual([]);
    await db.write((tx) => tx.run('UPDATE member_metrics SET orders_total = 1 WHERE member_id % 10 = 0'));
    expect(await pages(db, filter, on)).toEqual([10, 20]);
    await db.writeOne((sql) => sql.run('DELETE FROM member_metrics WHERE member_id = 10'));
    expect(await pages(db, filter, on)).toEqual([20]);
  });
});

async function pages(
  db: Database,
  filter: MemberFilter,
  context: Parameters<typeof listMembers>[2],
): Promise<number[]> {
  const found: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await listMembers(db.read, { ...filter, cursor }, context);
    found.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return found;
}
