import { describe, expect, it } from 'vitest';
import { asMemberId } from '../ids.js';
import { checkTemplate, type Campaign } from '../messages/index.js';
import { confidenceSequence } from '../statistics/confidence-sequence.js';
import { ALPHA, newcombe, normalQuantile, type Count } from '../statistics/proportions.js';
import { isInHoldout } from './draw.js';
import { outcomes } from './outcomes.js';
import { plannedSizes, USUAL_DIFFERENCE } from './plan.js';
import { resultsOf, type ArmDay } from './results.js';

const RUNS = 200;

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function aCampaign(key: string): Campaign {
  const check = checkTemplate(
    `---\nkey: ${key}\nname: 回来\nkind: reactivation\ntrigger: {on: silent, days: 30}\nchannels: [mass_send]\nholdout: 10\n---\n好久不见\n`,
  );
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return { ...check.template, version: 1 };
}

const BASE = 0.1;
const DAYS = 40;

/** A campaign of `DAYS` days in which those who are written to return with `BASE + lift`. The product's own draw decides who. */
function aSeededRun(seed: number, lift: number) {
  const [campaign, random] = [aCampaign(`run-${seed}`), randomOf(seed)];
  const planned = plannedSizes({ baseRate: BASE, difference: USUAL_DIFFERENCE }, { heldOut: 0.1 });
  // A few more than needed, because the draw does not hit its share exactly.
  const people = Math.ceil((planned.toSend + planned.heldOut) * 1.15);
  const days = new Map<string, { arm: string; day: number; due: number; k: number }>();
  for (let index = 0; index < people; index += 1) {
    const arm = isInHoldout(asMemberId(seed * 10_000 + index), campaign) ? 'holdout' : 'variant:A';
    const day = Math.floor((index / people) * DAYS);
    const cell = days.get(`${arm} ${day}`) ?? { arm, day, due: 0, k: 0 };
    days.set(`${arm} ${day}`, cell);
    cell.due += 1;
    if (random() < BASE + (arm === 'holdout' ? 0 : lift)) cell.k += 1;
  }
  const counted = [...days.values()].map(({ arm, day, due, k }): ArmDay => {
    const each = outcomes.map((outcome) => [outcome, { k, n: due }] as const);
    return { arm, day, due, outcomes: Object.fromEntries(each) as ArmDay['outcomes'] };
  });
  return resultsOf({ days: counted, goal: 'return', planned, variants: ['A'], daysSoFar: DAYS }).lift!;
}

const seeds = Array.from({ length: RUNS }, (_, index) => index + 1);
const shareOfRuns = <T>(runs: readonly T[], holds: (run: T) => boolean): number =>
  runs.filter(holds).length / runs.length;

describe('200 seeded runs of a campaign with a holdout', () => {
  it('claims no lift where there is none, in 5 % of the runs at most', () => {
    const runs = seeds.map((seed) => aSeededRun(seed, 0));
    expect(runs.every(({ lookedOn }) => lookedOn !== null)).toBe(true);
    expect(shareOfRuns(runs, ({ verdict }) => verdict.kind === 'difference')).toBeLessThanOrEqual(0.05);
    const covers = shareOfRuns(runs, ({ interval }) => interval!.low <= 0 && interval!.high >= 0);
    expect(covers).toBeGreaterThanOrEqual(0.92);
    expect(covers).toBeLessThanOrEqual(0.98);
  });

  it('keeps its level over more runs than 200, which tell it to three points only', () => {
    const runs = Array.from({ length: 5 * RUNS }, (_, index) => aSeededRun(index + 5000, 0));
    const claimed = shareOfRuns(runs, ({ verdict }) => verdict.kind === 'difference');
    expect(Math.abs(claimed - ALPHA)).toBeLessThan(0.01);
  });

  it.each([0.05, -0.05])('finds a lift of %d with its sign, and within its interval', (lift) => {
    const runs = seeds.map((seed) => aSeededRun(seed + 1000, lift));
    const covers = shareOfRuns(runs, ({ interval }) => interval!.low <= lift && interval!.high >= lift);
    expect(covers).toBeGreaterThanOrEqual(0.92);
    expect(covers).toBeLessThanOrEqual(0.98);
    const signs = runs.flatMap(({ verdict }) => (verdict.kind === 'difference' ? [verdict.sign] : []));
    expect(new Set(signs)).toEqual(new Set([Math.sign(lift)]));
    // The power that the size was asked for.
    if (lift > 0) expect(signs.length / RUNS).toBeGreaterThan(0.72);
  });

  it('says nothing before the planned size is there', () => {
    const planned = plannedSizes({ baseRate: BASE, difference: 0.02 }, { heldOut: 0.2 });
    const few: Count = { k: 90, n: planned.heldOut - 1 };
    const counts = (count: Count) =>
      Object.fromEntries(outcomes.map((outcome) => [outcome, count])) as ArmDay['outcomes'];
    const days: ArmDay[] = [
      { arm: 'holdout', day: 0, due: few.n, outcomes: counts(few) },
      { arm: 'variant:A', day: 0, due: 9000, outcomes: counts({ k: 4000, n: 9000 }) },
    ];
    const { lift } = resultsOf({ days, goal: 'return', planned, variants: ['A'], daysSoFar: 10 });
    expect(lift).toMatchObject({ verdict: { kind: 'not_enough_people' }, lookedOn: null, daysLeft: 1 });
    expect(lift!.visible).toBeGreaterThan(0);
  });
});

describe('40 looks at two texts that are equally good', () => {
  const PER_LOOK = 50;
  const LOOKS = 40;
  const A_A_RUNS = 1000;

  /** Whether any of the looks finds a difference, by the sequence and by the usual test. */
  function looksOf(seed: number): { readonly sequence: boolean; readonly usual: boolean } {
    const random = randomOf(seed + 77_000);
    const [one, other] = [
      { k: 0, n: 0 },
      { k: 0, n: 0 },
    ];
    const found = { sequence: false, usual: false };
    const z = normalQuantile(1 - ALPHA / 2);
    for (let look = 0; look < LOOKS; look += 1) {
      for (const arm of [one, other])
        for (let person = 0; person < PER_LOOK; person += 1) {
          arm.n += 1;
          if (random() < BASE) arm.k += 1;
        }
      const interval = confidenceSequence(one, other, { total: 2 * PER_LOOK * LOOKS });
      found.sequence ||= interval !== null && (interval.low > 0 || interval.high < 0);
      const pooled = (one.k + other.k) / (one.n + other.n);
      const error = Math.sqrt(pooled * (1 - pooled) * (1 / one.n + 1 / other.n));
      found.usual ||= error > 0 && Math.abs(one.k / one.n - other.k / other.n) > z * error;
    }
    return found;
  }

  it('give a false alarm in 3 % of the cases at most, where the usual test gives one in about a third', () => {
    const runs = Array.from({ length: A_A_RUNS }, (_, seed) => looksOf(seed + 1));
    expect(shareOfRuns(runs, ({ sequence }) => sequence)).toBeLessThanOrEqual(0.03);
    const usual = shareOfRuns(runs, ({ usual: alarm }) => alarm);
    expect(usual).toBeGreaterThan(0.28);
    expect(usual).toBeLessThan(0.4);
  });

  it('also hold for what hardly anybody does', () => {
    // The usual interval is for one look; this one is Newcombe at the end.
    expect(newcombe({ k: 3, n: 2000 }, { k: 2, n: 2000 })!.low).toBeLessThan(0);
    expect(confidenceSequence({ k: 3, n: 2000 }, { k: 0, n: 2000 }, { total: 4000 })!.low).toBeLessThan(0);
  });
});
