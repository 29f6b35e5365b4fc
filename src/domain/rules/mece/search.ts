import type { MetricDefinition, MetricValue } from '../../metrics/index.js';
import type { Reads } from '../reads.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Condition, Value } from '../condition.js';
import { knownOrders, knownRanges } from './known-figures.js';
import type { KeyedRule, MadeUpMember, Mece } from './answer.js';
import { standInTexts, textTestsOf } from './texts.js';

/** All combinations are tried up to this number, otherwise as many at random. */
const MOST_TRIED = 200_000;

interface Question {
  readonly reads: Reads;
  readonly vocabulary: Vocabulary;
  readonly isOrdered: boolean;
}

/**
 * Tries made-up members near every number that the rules name. What it finds is true; there may be more that it does not
 * find. A gap is reported once, because regions cannot be told apart by trying.
 */
export function* searchExamples(
  rules: readonly KeyedRule[],
  { reads, vocabulary, isOrdered }: Question,
): Generator<undefined, Mece> {
  const conditions = rules.map(({ rule }) => rule.condition);
  const axes = axesOf(reads, conditions, vocabulary);
  const known = [...reads.metrics];
  const [orders, ranges] = [knownOrders(known), knownRanges(known.filter(({ type }) => type === 'int'))];
  const isPossible = ({ values }: MadeUpMember): boolean =>
    orders.every(({ fewer, more }) => Number(values[fewer]) <= Number(values[more])) &&
    ranges.every(({ metric, least, most = Infinity }) => {
      const value = values[metric];
      return typeof value !== 'number' || (value >= least && value <= most);
    });
  let gap: MadeUpMember | undefined;
  const pairs = new Map<string, { readonly keys: readonly [string, string]; readonly example: MadeUpMember }>();
  const [holding, leading] = [new Set<string>(), new Set<string>()];
  for (const member of members(axes)) {
    yield;
    if (!isPossible(member)) continue;
    const tags = new Set(member.tags);
    const hold = rules.filter(({ rule }) => rule.holds(member.values, tags)).map(({ key }) => key);
    if (hold.length === 0) gap ??= member;
    hold.forEach((key, index) => {
      holding.add(key);
      if (index === 0) leading.add(key);
      for (const other of hold.slice(index + 1))
        if (!pairs.has(`${key} ${other}`)) pairs.set(`${key} ${other}`, { keys: [key, other], example: member });
    });
  }
  const keys = rules.map(({ key }) => key);
  return {
    gaps: gap ? [{ example: gap, includes: () => true }] : [],
    overlaps: isOrdered ? [] : [...pairs.values()],
    unreachable: isOrdered ? keys.filter((key) => holding.has(key) && !leading.has(key)) : [],
    never: keys.filter((key) => !holding.has(key)),
    isExact: false,
  };
}

/** Another text than the stand-ins. */
const ANOTHER = '另一个';

interface Axis {
  /** A metric's name, or a tag. */
  readonly name: string;
  readonly isTag: boolean;
  readonly values: readonly MetricValue[];
}

function axesOf(reads: Reads, conditions: readonly Condition[], vocabulary: Vocabulary): Axis[] {
  const numbers = [...numbersIn(conditions)];
  const tests = textTestsOf(conditions);
  const around = [...new Set(numbers.flatMap(near).concat(0, 1, 2, 3))]
    .filter((value) => value >= 0)
    .sort((a, b) => a - b);
  const valuesOf = ({ name, type }: MetricDefinition): readonly MetricValue[] => {
    if (type === 'bool') return [false, true];
    if (type === 'int') return around;
    const listed = vocabulary.values?.[name];
    // One text more, which gives the same answers, because two metrics can be compared with one another.
    return listed ? Object.keys(listed) : [...standInTexts(tests.get(name)!), ANOTHER];
  };
  return [
    ...[...reads.metrics].map((metric) => ({
      name: metric.name,
      isTag: false,
      values: [...(metric.nullable ? [null] : []), ...valuesOf(metric)],
    })),
    ...[...reads.tags].map((tag) => ({ name: tag, isTag: true, values: [false, true] })),
  ];
}

/** A rule may calculate with the number, so its halves, its multiples and its square are tried as well. */
const near = (number: number): number[] => {
  const n = Math.abs(number);
  return [n, Math.floor(n / 2), Math.floor(n / 3), n * 2, n * 3].flatMap((each) => [each - 1, each, each + 1]);
};

/** Every combination of the axes' values, or as many at random, the same ones at every call. */
function* members(axes: readonly Axis[]): Generator<MadeUpMember> {
  const all = axes.reduce((product, { values }) => product * values.length, 1);
  const random = randomNumbers(1);
  for (let index = 0; index < Math.min(all, MOST_TRIED); index++) {
    let rest = index;
    const values: Record<string, MetricValue> = {};
    const tags: string[] = [];
    for (const axis of axes) {
      const place = all <= MOST_TRIED ? rest % axis.values.length : Math.floor(random() * axis.values.length);
      rest = Math.floor(rest / axis.values.length);
      const value = axis.values[place]!;
      if (!axis.isTag) values[axis.name] = value;
      else if (value === true) tags.push(axis.name);
    }
    yield { values, tags };
  }
}

/** A small generator with a seed (mulberry32): the answer to the same rules is always the same. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function numbersIn(conditions: readonly Condition[]): Set<number> {
  const found = new Set<number>();
  const value = (each: Value): void => {
    if (each.kind === 'constant' && typeof each.value === 'number') found.add(each.value);
    if (each.kind === 'arithmetic') [each.left, each.right].forEach(value);
    if (each.kind === 'choice') {
      condition(each.when);
      [each.then, each.otherwise].forEach(value);
    }
  };
  const condition = (each: Condition): void => {
    if (each.kind === 'not') condition(each.part);
    if (each.kind === 'segment') condition(each.segment.condition);
    if (each.kind === 'all' || each.kind === 'any') each.parts.forEach(condition);
    if (each.kind === 'choose') [each.when, each.then, each.otherwise].forEach(condition);
    if (each.kind === 'compare') [each.left, each.right].forEach(value);
    if (each.kind === 'oneOf') {
      value(each.value);
      for (const item of each.list) if (typeof item === 'number') found.add(item);
    }
  };
  conditions.forEach(condition);
  return found;
}
