import { compareVariants, compareWithHoldout, type Comparison, type VariantComparison } from '../statistics/compare.js';
import { confidenceSequence, FEWEST_PER_ARM } from '../statistics/confidence-sequence.js';
import { newcombe, type Count, type Interval } from '../statistics/proportions.js';
import { smallestVisible } from '../statistics/sample-size.js';
import { variantOfArm } from './draw.js';
import { outcomes, type Outcome } from './outcomes.js';

/** What became of those for whom a message was due on one day, in one arm. */
export interface ArmDay {
  readonly arm: string;
  /** Days since the start of the comparison. */
  readonly day: number;
  readonly due: number;
  readonly outcomes: Readonly<Record<Outcome, Count>>;
}

/** People whose window must be over before something is said. */
export interface Planned {
  readonly perVariant: number;
  /** Of those to be sent, all variants together. */
  readonly toSend: number;
  readonly heldOut: number;
}

/** The comparison as somebody saw it on one day; its interval holds at all looks at once. */
export interface Look extends Interval {
  readonly day: number;
  readonly difference: number;
}

/** How an outcome differs beside the goal: shown, and no verdict is made of it. */
export interface Beside {
  readonly outcome: Outcome;
  readonly one: Count;
  readonly other: Count;
  readonly difference: number | null;
  readonly interval: Interval | null;
}

interface Waiting {
  /** Days until the planned size at the present pace; null when it is reached, or when nobody comes. */
  readonly daysLeft: number | null;
  readonly looks: readonly Look[];
  readonly beside: readonly Beside[];
}

export interface LiftResult extends Comparison, Waiting {
  readonly toSend: Count;
  readonly heldOut: Count;
  /** The day on which both arms first had the planned size: what the verdict is of. Null before. */
  readonly lookedOn: number | null;
  /** The smallest difference that those who are there could show. Null after the look. */
  readonly visible: number | null;
}

export interface VariantResult extends VariantComparison, Waiting {
  readonly counts: { readonly one: Count; readonly other: Count };
}

export interface ArmTotal {
  readonly arm: string;
  readonly due: number;
  readonly outcomes: Readonly<Record<Outcome, Count>>;
}

export interface Results {
  readonly arms: readonly ArmTotal[];
  /** Null when nobody was held out. */
  readonly lift: LiftResult | null;
  /** Each variant against the first. */
  readonly variants: readonly VariantResult[];
}

export interface ResultInput {
  readonly days: readonly ArmDay[];
  readonly goal: Outcome;
  readonly planned: Planned;
  /** The variants that are drawn, the first one is what the others are compared with. */
  readonly variants: readonly string[];
  /** Days since the start of the comparison, today included. */
  readonly daysSoFar: number;
}

const nobody: Count = { k: 0, n: 0 };
const plus = (one: Count, other: Count): Count => ({ k: one.k + other.k, n: one.n + other.n });

type Belongs = (arm: string) => boolean;
const isToSend: Belongs = (arm) => variantOfArm(arm) !== null;
const isHeldOut: Belongs = (arm) => !isToSend(arm);
const hasVariant =
  (name: string): Belongs =>
  (arm) =>
    variantOfArm(arm) === name;

const sum = (days: readonly ArmDay[], belongs: Belongs, outcome: Outcome): Count =>
  days.filter(({ arm }) => belongs(arm)).reduce((so, day) => plus(so, day.outcomes[outcome]), nobody);

const dueIn = (days: readonly ArmDay[], belongs: Belongs): number =>
  days.filter(({ arm }) => belongs(arm)).reduce((so, { due }) => so + due, 0);

interface Pair {
  readonly one: Belongs;
  readonly other: Belongs;
}

/** Running totals of both arms, one entry for each day on which somebody's window counts. */
function runningTotals({ days, goal }: ResultInput, { one, other }: Pair): { day: number; one: Count; other: Count }[] {
  const found: { day: number; one: Count; other: Count }[] = [];
  let [first, second] = [nobody, nobody];
  for (const day of [...new Set(days.map((each) => each.day))].toSorted((a, b) => a - b)) {
    const ofDay = days.filter((each) => each.day === day);
    first = plus(first, sum(ofDay, one, goal));
    second = plus(second, sum(ofDay, other, goal));
    found.push({ day, one: first, other: second });
  }
  return found;
}

function looksOf(totals: ReturnType<typeof runningTotals>, total: number): Look[] {
  return totals.flatMap(({ day, one, other }) => {
    const interval = confidenceSequence(one, other, { total });
    return interval === null ? [] : [{ day, difference: one.k / one.n - other.k / other.n, ...interval }];
  });
}

const besideOf = ({ days, goal }: ResultInput, pair: Pair): Beside[] =>
  outcomes
    .filter((outcome) => outcome !== goal)
    .map((outcome) => {
      const [one, other] = [sum(days, pair.one, outcome), sum(days, pair.other, outcome)];
      const difference = one.n === 0 || other.n === 0 ? null : one.k / one.n - other.k / other.n;
      return { outcome, one, other, difference, interval: newcombe(one, other) };
    });

/** `missing` people come at the pace of those for whom the message was due so far. */
function daysUntil({ days, daysSoFar }: ResultInput, belongs: Belongs, missing: number): number | null {
  const perDay = dueIn(days, belongs) / Math.max(1, daysSoFar);
  if (missing <= 0) return 0;
  return perDay === 0 ? null : Math.ceil(missing / perDay);
}

function longest(...days: readonly (number | null)[]): number | null {
  if (days.includes(null)) return null;
  const most = Math.max(...days.map(Number));
  return most === 0 ? null : most;
}

function liftOf(input: ResultInput): LiftResult | null {
  const { days, goal, planned } = input;
  const pair = { one: isToSend, other: isHeldOut };
  if (dueIn(days, isHeldOut) === 0) return null;
  const [toSend, heldOut] = [sum(days, isToSend, goal), sum(days, isHeldOut, goal)];
  const totals = runningTotals(input, pair);
  const sizes = { base: planned.heldOut, other: planned.toSend };
  // One look, at the size asked for: a usual interval that is looked at again and again finds something in the end.
  const look = totals.find(({ one, other }) => one.n >= sizes.other && other.n >= sizes.base) ?? null;
  const comparison = compareWithHoldout(look?.one ?? toSend, look?.other ?? heldOut, sizes);
  return {
    ...comparison,
    ...{ toSend, heldOut, lookedOn: look?.day ?? null },
    visible:
      look || heldOut.n === 0 ? null : smallestVisible(heldOut.k / heldOut.n, { base: heldOut.n, other: toSend.n }),
    daysLeft: longest(
      daysUntil(input, isToSend, planned.toSend - toSend.n),
      daysUntil(input, isHeldOut, planned.heldOut - heldOut.n),
    ),
    looks: looksOf(totals, planned.toSend + planned.heldOut),
    beside: besideOf(input, pair),
  };
}

function variantsOf(input: ResultInput): VariantResult[] {
  const { days, goal, planned, variants } = input;
  const counted = variants.map((name) => ({ name, ...sum(days, hasVariant(name), goal) }));
  const wanted = Math.max(planned.perVariant, FEWEST_PER_ARM);
  return compareVariants(counted, planned.perVariant).map((comparison) => {
    const pair = { one: hasVariant(comparison.one), other: hasVariant(comparison.other) };
    const [one, other] = [sum(days, pair.one, goal), sum(days, pair.other, goal)];
    return {
      ...comparison,
      counts: { one, other },
      daysLeft: longest(daysUntil(input, pair.one, wanted - one.n), daysUntil(input, pair.other, wanted - other.n)),
      looks: looksOf(runningTotals(input, pair), 2 * planned.perVariant),
      beside: besideOf(input, pair),
    };
  });
}

function totalsOf(days: readonly ArmDay[]): ArmTotal[] {
  return [...new Set(days.map(({ arm }) => arm))].toSorted().map((arm) => {
    const belongs = (other: string): boolean => other === arm;
    const counts = outcomes.map((outcome) => [outcome, sum(days, belongs, outcome)] as const);
    return { arm, due: dueIn(days, belongs), outcomes: Object.fromEntries(counts) as Record<Outcome, Count> };
  });
}

/** What a comparison shows: its arms, what the messages were worth, and how the texts differ. */
export const resultsOf = (input: ResultInput): Results => ({
  arms: totalsOf(input.days),
  lift: liftOf(input),
  variants: input.variants.length > 1 ? variantsOf(input) : [],
});
