import { expect, it } from 'vitest';
import { DAY_MS, dayOf } from '../../../src/domain/day.js';
import type { Fact } from '../../../src/domain/fact.js';
import { replayRules } from '../../../src/engine/replays/replay-rules.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, type TestProduct } from '../../support/test-product.js';

const PEOPLE = 20;
const DAYS = 60;
const START = Date.parse('2026-03-02T00:05:00+08:00');
const zone = 'Asia/Shanghai';

/** Members rise and fall within days, so that sixty days are full of decisions. */
const livelyRules = (text: string): string =>
  text
    .replace('enter: orders_total >= 1', 'enter: checkins_7d >= 3')
    .replace(/enter: \(orders_90d[^\n]*/, 'enter: checkins_7d >= 5')
    .replace(/stay: \(orders_90d[^\n]*/, 'stay: checkins_7d >= 4')
    .replaceAll(/min_dwell_days: \d+/g, 'min_dwell_days: 2')
    .replaceAll(/grace_days: \d+/g, 'grace_days: 1')
    .concat('\nflapping: { max_changes: 3, within_days: 14 }\nbrakes: { moved_at_least: 1000 }\n');

/** Deterministic: the same lives on every database. */
const checksIn = (person: number, day: number): boolean =>
  (person * 7 + day * day * 3 + day * person) % 11 < 3 + (person % 5);

/** Members rise with an order and fall without one. */
const rulesOfOrders = (text: string): string =>
  livelyRules(text)
    .replace('enter: checkins_7d >= 3', 'enter: days_since_last_order <= 6')
    .replace(/enter: checkins_7d >= 5\n/, 'enter: checkins_7d >= 99\n')
    .replace(/stay: checkins_7d >= 4/, 'stay: checkins_7d >= 98')
    .replace('max_changes: 3', 'max_changes: 20');

type Day = (person: number, day: number, at: number, member: { readonly externalUserId: string }) => Fact[];

const checksInEachDay: Day = (person, day, at, member) =>
  checksIn(person, day) ? [aFact('checked_in', at, member)] : [];

/** An order every eleven days. Two days later a third is refunded in part, a third in full. */
const buysAndReturns: Day = (person, day, at, member) => {
  const sinceOrder = (day + person) % 11;
  const orderId = `o${person}-${day - sinceOrder}`;
  if (sinceOrder === 0) return [aFact('order_paid', at, member, { orderId, amountCents: 9_900 })];
  if (sinceOrder !== 2 || person % 3 === 0 || day < 2 + (person % 3)) return [];
  const full = person % 3 === 1;
  return [aFact('order_refunded', at, member, { orderId, amountCents: full ? 9_900 : 1_000, full })];
};

async function livedThrough(
  db: Parameters<typeof aProduct>[0],
  { rules, factsOf }: { readonly rules: (text: string) => string; readonly factsOf: Day },
): Promise<TestProduct> {
  const clock = new PushedClock(START);
  const product = await aProduct(db, { clock });
  const { texts } = product.rulesets.compiled;
  const compiled = compileRules({ ...texts, tiers: rules(texts.tiers) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  await product.rulesets.replaceIn(db, (_, replace) => replace(compiled.value, clock.now()));
  const people = Array.from({ length: PEOPLE }, (_, person) => ({ externalUserId: `wm${person}` }));
  for (let day = 0; day < DAYS; day++) {
    clock.pushTo(START + day * DAY_MS);
    await product.engine.advance();
    await product.engine.review();
    clock.pushTo(START + day * DAY_MS + DAY_MS / 2);
    const facts = people.flatMap((member, person) => [
      ...(day === person % 3 ? [aFact('contact_added', clock.now(), member)] : []),
      ...(day > person % 3 ? factsOf(person, day, clock.now(), member) : []),
    ]);
    await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
    await product.engine.advance();
  }
  clock.pushTo(START + DAYS * DAY_MS);
  return product;
}

eachDatabase('a replay', (open) => {
  it('of the rules in force finds what was really decided, and changes nothing', { timeout: 60_000 }, async () => {
    const product = await livedThrough(await open(), { rules: livelyRules, factsOf: checksInEachDay });
    const { db, clock } = product;
    const before = await db.read.all('SELECT * FROM member ORDER BY id');
    const decided = await db.read.all<{ member_id: number; at: number; from_tier: string; to_tier: string }>(
      'SELECT member_id, at, from_tier, to_tier FROM tier_change ORDER BY at, member_id',
    );
    const days = DAYS - 10;
    const from = dayOf(clock.now(), zone) - days;
    const really = decided
      .map(({ member_id, at, from_tier, to_tier }) => [Number(member_id), dayOf(Number(at), zone), from_tier, to_tier])
      .filter(([, day]) => Number(day) >= from);
    expect(really.length).toBeGreaterThan(50);

    const found: unknown[][] = [];
    const context = await product.engine.context();
    const shares: number[] = [];
    const report = await replayRules(
      db.read,
      { context, tiersInForce: context.ruleset.tiers, days, now: clock.now() },
      (share) => Promise.resolve(void shares.push(share)),
      ({ id, decision: { tier } }, day) => {
        if (day >= from && tier.verdict.kind === 'entered' && ['up', 'down'].includes(tier.verdict.direction))
          found.push([id, day, tier.verdict.from, tier.verdict.to]);
      },
    );
    const inOrder = (rows: unknown[][]): string[] => rows.map((row) => row.join(' ')).sort();
    expect(inOrder(found)).toEqual(inOrder(really));
    expect(report.days.map(({ up, down }) => [up, down])).toEqual(
      report.days.map(({ really: { up, down } }) => [up, down]),
    );
    expect(report).toMatchObject({ members: PEOPLE, replayed: PEOPLE, atStart: [] });
    expect(report.swinging.n).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeCloseTo(1);
    expect(await db.read.all('SELECT * FROM member ORDER BY id')).toEqual(before);
  });

  it(
    'knows orders that were refunded in part or in full, and tiers that are named anew',
    { timeout: 60_000 },
    async () => {
      const { db, clock, engine } = await livedThrough(await open(), { rules: rulesOfOrders, factsOf: buysAndReturns });
      const context = await engine.context();
      const { ruleset } = context;
      const question = { tiersInForce: ruleset.tiers, days: DAYS - 10, now: clock.now() };
      const replay = (tiers: typeof ruleset.tiers) =>
        replayRules(db.read, { ...question, context: { ...context, ruleset: { ...ruleset, tiers } } }, () =>
          Promise.resolve(),
        );
      const report = await replay(ruleset.tiers);
      const really = report.days.map(({ really: { up, down } }) => [up, down]);
      expect(really.flat().reduce((sum, n) => sum + n)).toBeGreaterThan(50);
      expect(report.days.map(({ up, down }) => [up, down])).toEqual(really);
      expect(report.atStart).toEqual([]);
      const renamed = ruleset.tiers.map((tier) => ({
        ...tier,
        label: { zh: `${tier.label.zh}们`, en: tier.label.en },
      }));
      expect(await replay(renamed)).toEqual(report);
    },
  );
});
