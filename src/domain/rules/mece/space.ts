import { assertNever } from '../../assert-never.js';
import type { MetricDefinition, MetricValue } from '../../metrics/index.js';
import type { CompareOp, Condition, Value } from '../condition.js';
import type { Reads } from '../reads.js';
import type { Vocabulary } from '../vocabulary.js';
import { comparers } from '../comparisons.js';
import { Bounds } from './bounds.js';
import { knownOrders, knownRanges } from './known-figures.js';
import type { MadeUpMember } from './answer.js';
import { standInTexts, textAnswers, textTestsOf, type TextTests } from './texts.js';

/**
 * A set of members who might exist. What a map does not name is open. A text metric has its remaining values; whole numbers
 * and their differences lie within `bounds`.
 */
export interface Zone {
  /** By metric: whether it is null. */
  readonly nulls: ReadonlyMap<string, boolean>;
  /** By flag: a metric, or `tag ` and the tag. */
  readonly flags: ReadonlyMap<string, boolean>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly bounds: Bounds;
}

/** A condition is open in a zone: it holds for some and not for others. Each part is closer to an answer. */
export interface Open {
  readonly parts: readonly Zone[];
}

export type Truth = true | false | Open;

/** The condition calculates with a metric, which bounds on differences cannot express. */
export class NeedsSearch extends Error {}

const tagFlag = (tag: string): string => `tag ${tag}`;
/** The place of the constant 0 in `Bounds`. */
const ZERO = 0;

/** All members who might exist, as far as some conditions can tell them apart. */
export class Space {
  private readonly numbers: readonly MetricDefinition[];
  private readonly place: ReadonlyMap<string, number>;
  private readonly tests: ReadonlyMap<string, TextTests>;
  readonly whole: Zone;

  constructor(
    readonly reads: Reads,
    conditions: readonly Condition[],
    vocabulary: Vocabulary,
  ) {
    const metrics = [...reads.metrics];
    this.numbers = metrics.filter(({ type }) => type === 'int');
    this.place = new Map(this.numbers.map(({ name }, index) => [name, index + 1]));
    this.tests = textTestsOf(conditions);
    const texts = new Map<string, readonly string[]>();
    for (const { name, type } of metrics) {
      if (type !== 'string') continue;
      const listed = vocabulary.values?.[name];
      texts.set(name, listed ? Object.keys(listed) : standInTexts(this.tests.get(name)!));
    }
    this.whole = {
      nulls: new Map(metrics.filter(({ nullable }) => !nullable).map(({ name }) => [name, false])),
      flags: new Map(),
      texts,
      bounds: this.knownBounds(),
    };
  }

  private knownBounds(): Bounds {
    let bounds = Bounds.free(this.numbers.length);
    for (const { metric, least, most } of knownRanges(this.numbers)) {
      const place = this.place.get(metric)!;
      bounds = bounds.with(ZERO, place, -least)!;
      if (most !== undefined) bounds = bounds.with(place, ZERO, most)!;
    }
    for (const { fewer, more } of knownOrders(this.numbers))
      bounds = bounds.with(this.place.get(fewer)!, this.place.get(more)!, 0)!;
    return bounds;
  }

  /** Whether the condition holds for all, for none, or is open. Throws `NeedsSearch`. */
  truth(condition: Condition, zone: Zone): Truth {
    switch (condition.kind) {
      case 'always':
        return condition.holds;
      case 'flag':
        return this.ifKnown([condition.metric], zone, () => flagTruth(condition.metric.name, zone));
      case 'tagged':
        return flagTruth(tagFlag(condition.tag), zone);
      case 'segment':
        return this.truth(condition.segment.condition, zone);
      case 'empty': {
        const isNull = this.nullTruth(condition.metric, zone);
        return typeof isNull === 'boolean' ? isNull === condition.empty : isNull;
      }
      case 'compare':
        return this.compare(condition.op, condition.left, condition.right, zone);
      case 'oneOf':
        return this.oneOf(condition.value, condition.list, zone);
      case 'text':
        return this.textTest(condition, zone);
      case 'not': {
        const part = this.truth(condition.part, zone);
        return typeof part === 'boolean' ? !part : part;
      }
      case 'all':
        return this.allOf(condition.parts, zone);
      case 'any': {
        const none = this.allOf(
          condition.parts.map((part) => ({ kind: 'not' as const, part, range: part.range })),
          zone,
        );
        return typeof none === 'boolean' ? !none : none;
      }
      case 'choose': {
        const when = this.truth(condition.when, zone);
        if (typeof when !== 'boolean') return when;
        return this.truth(when ? condition.then : condition.otherwise, zone);
      }
      default:
        return assertNever(condition);
    }
  }

  private allOf(parts: readonly Condition[], zone: Zone): Truth {
    let open: Open | undefined;
    for (const part of parts) {
      const truth = this.truth(part, zone);
      if (truth === false) return false;
      if (truth !== true) open ??= truth;
    }
    return open ?? true;
  }

  private nullTruth(metric: MetricDefinition, zone: Zone): Truth {
    const known = zone.nulls.get(metric.name);
    if (known !== undefined) return known;
    return { parts: [true, false].map((isNull) => withEntry(zone, 'nulls', metric.name, isNull)) };
  }

  /** A test of a null is false. */
  private ifKnown(metrics: readonly MetricDefinition[], zone: Zone, test: () => Truth): Truth {
    for (const metric of metrics) {
      const isNull = this.nullTruth(metric, zone);
      if (isNull === true) return false;
      if (isNull !== false) return isNull;
    }
    return test();
  }

  /** Follows a choice to one of its values. */
  private chosen(value: Value, zone: Zone): Exclude<Value, { readonly kind: 'choice' }> | Open {
    if (value.kind !== 'choice') return value;
    const when = this.truth(value.when, zone);
    if (typeof when !== 'boolean') return when;
    return this.chosen(when ? value.then : value.otherwise, zone);
  }

  private compare(op: CompareOp, leftValue: Value, rightValue: Value, zone: Zone): Truth {
    const left = this.chosen(leftValue, zone);
    if ('parts' in left) return left;
    const right = this.chosen(rightValue, zone);
    if ('parts' in right) return right;
    if (left.kind === 'arithmetic' || right.kind === 'arithmetic') throw new NeedsSearch();
    const metrics = [left, right].flatMap((side) => (side.kind === 'metric' ? [side.metric] : []));
    return this.ifKnown(metrics, zone, () => {
      if (left.type === 'int') return this.compareNumbers(op, left, right, zone);
      if (left.type === 'bool') return this.compareFlags(op, left, right, zone);
      return this.compareTexts(op, left, right, zone);
    });
  }

  private compareNumbers(op: CompareOp, left: Simple, right: Simple, zone: Zone): Truth {
    // left - right = (place of the left metric) - (place of the right metric) + the constants.
    const shift = constantOf(right) - constantOf(left);
    const [i, j] = [this.placeOf(left), this.placeOf(right)];
    if (i === j) return comparers[op](0, shift);
    const [least, most] = [zone.bounds.leastOf(i, j), zone.bounds.mostOf(i, j)];
    const cut = (below: number): Zone[] =>
      [zone.bounds.with(i, j, below), zone.bounds.with(j, i, -below - 1)].flatMap((bounds) =>
        bounds ? [{ ...zone, bounds }] : [],
      );
    switch (op) {
      case '<':
      case '>=': {
        if (most < shift) return op === '<';
        return least >= shift ? op === '>=' : { parts: cut(shift - 1) };
      }
      case '<=':
      case '>': {
        if (most <= shift) return op === '<=';
        return least > shift ? op === '>' : { parts: cut(shift) };
      }
      case '==':
      case '!=': {
        if (shift < least || shift > most) return op === '!=';
        if (least === most) return op === '==';
        return { parts: cut(shift > least ? shift - 1 : shift) };
      }
      default:
        return assertNever(op);
    }
  }

  private placeOf = (side: Simple): number => (side.kind === 'metric' ? this.place.get(side.metric.name)! : ZERO);

  private compareFlags(op: CompareOp, left: Simple, right: Simple, zone: Zone): Truth {
    const valueOf = (side: Simple): Truth =>
      side.kind === 'metric' ? flagTruth(side.metric.name, zone) : side.value === true;
    const [a, b] = [valueOf(left), valueOf(right)];
    if (typeof a !== 'boolean') return a;
    if (typeof b !== 'boolean') return b;
    return op === '==' ? a === b : a !== b;
  }

  private compareTexts(op: CompareOp, left: Simple, right: Simple, zone: Zone): Truth {
    if (left.kind === 'constant' && right.kind === 'metric') return this.compareTexts(op, right, left, zone);
    // Two free texts can agree or not in ways that stand-ins do not cover.
    if (left.kind !== 'metric' || right.kind === 'metric') throw new NeedsSearch();
    return textTruth(left.metric.name, zone, (text) => (op === '==' ? text === right.value : text !== right.value));
  }

  private oneOf(given: Value, list: readonly (number | string)[], zone: Zone): Truth {
    const value = this.chosen(given, zone);
    if ('parts' in value) return value;
    if (value.kind === 'arithmetic') throw new NeedsSearch();
    if (value.kind === 'constant') return list.some((each) => each === value.value);
    return this.ifKnown([value.metric], zone, () => {
      if (value.type === 'string') return textTruth(value.metric.name, zone, (text) => list.includes(text));
      let open: Open | undefined;
      for (const each of list) {
        const constant = { kind: 'constant' as const, type: 'int' as const, value: each };
        const truth = this.compareNumbers('==', value, constant, zone);
        if (truth === true) return true;
        if (truth !== false) open ??= truth;
      }
      return open ?? false;
    });
  }

  private textTest(condition: Extract<Condition, { readonly kind: 'text' }>, zone: Zone): Truth {
    const value = this.chosen(condition.value, zone);
    if ('parts' in value) return value;
    const fits = (text: string): boolean =>
      condition.op === 'contains' ? text.includes(condition.part) : text.startsWith(condition.part);
    if (value.kind !== 'metric') return value.kind === 'constant' && fits(String(value.value));
    return this.ifKnown([value.metric], zone, () => textTruth(value.metric.name, zone, fits));
  }

  /** The zone cut so that of every metric it is known whether it is null. */
  byNulls(zone: Zone): Zone[] {
    const open = [...this.reads.metrics].find(({ name }) => !zone.nulls.has(name));
    if (!open) return [zone];
    return [true, false].flatMap((isNull) => this.byNulls(withEntry(zone, 'nulls', open.name, isNull)));
  }

  /** One member of the zone: every metric that is read, and the tags held. */
  example(zone: Zone): { readonly values: Record<string, MetricValue>; readonly tags: readonly string[] } {
    const numbers = zone.bounds.example();
    const values: Record<string, MetricValue> = {};
    for (const { name, type } of this.reads.metrics) {
      if (zone.nulls.get(name) ?? false) values[name] = null;
      else if (type === 'bool') values[name] = zone.flags.get(name) ?? false;
      else if (type === 'int') values[name] = numbers[this.place.get(name)! - 1]!;
      else values[name] = zone.texts.get(name)!.at(-1)!;
    }
    return { values, tags: [...this.reads.tags].filter((tag) => zone.flags.get(tagFlag(tag)) ?? false) };
  }

  /** Whether a member lies in the zone. Of a text without a list of values only its answers to the tests count. */
  includes(zone: Zone, { values, tags }: MadeUpMember): boolean {
    for (const [metric, isNull] of zone.nulls) if ((values[metric] === null) !== isNull) return false;
    for (const [flag, value] of zone.flags)
      if ((flag.startsWith('tag ') ? tags.includes(flag.slice(4)) : values[flag] === true) !== value) return false;
    for (const [metric, texts] of zone.texts) {
      const text = values[metric];
      if (typeof text === 'string' && !texts.includes(this.standInFor(metric, text))) return false;
    }
    const numbers = this.numbers.map(({ name }) => values[name]);
    return zone.bounds.hold(numbers.map((number) => (typeof number === 'number' ? number : null)));
  }

  /** The text that gives the same answers to all tests. */
  private standInFor(metric: string, text: string): string {
    const standIns = this.whole.texts.get(metric)!;
    const tests = this.tests.get(metric);
    if (standIns.includes(text) || !tests) return text;
    const answers = textAnswers(text, tests);
    return standIns.find((standIn) => textAnswers(standIn, tests) === answers) ?? text;
  }

  /** Whether one step leads from a member of one zone to a member of the other: a number to the next, a flag, a text. */
  touch(a: Zone, b: Zone): boolean {
    for (const [metric, isNull] of a.nulls) if ((b.nulls.get(metric) ?? isNull) !== isNull) return false;
    let steps = 0;
    for (const [flag, value] of a.flags) if ((b.flags.get(flag) ?? value) !== value) steps += 1;
    for (const [metric, texts] of a.texts)
      if (a.nulls.get(metric) !== true && !texts.some((text) => b.texts.get(metric)!.includes(text))) steps += 1;
    if (steps > 1) return false;
    if (a.bounds.within(b.bounds)) return true;
    if (steps > 0) return false;
    return this.numbers.some(
      (_, index) =>
        a.bounds.within(b.bounds.moved(index + 1, -1)) !== null ||
        a.bounds.within(b.bounds.moved(index + 1, 1)) !== null,
    );
  }
}

type Simple = Extract<Value, { readonly kind: 'metric' | 'constant' }>;

const constantOf = (side: Simple): number => (side.kind === 'constant' ? Number(side.value) : 0);

const withEntry = (zone: Zone, map: 'nulls' | 'flags', key: string, value: boolean): Zone => ({
  ...zone,
  [map]: new Map([...zone[map], [key, value]]),
});

function flagTruth(flag: string, zone: Zone): Truth {
  const known = zone.flags.get(flag);
  return known ?? { parts: [true, false].map((value) => withEntry(zone, 'flags', flag, value)) };
}

function textTruth(metric: string, zone: Zone, fits: (text: string) => boolean): Truth {
  const texts = zone.texts.get(metric)!;
  const fitting = texts.filter(fits);
  if (fitting.length === 0) return false;
  if (fitting.length === texts.length) return true;
  const others = texts.filter((text) => !fits(text));
  return { parts: [fitting, others].map((part) => ({ ...zone, texts: new Map([...zone.texts, [metric, part]]) })) };
}
