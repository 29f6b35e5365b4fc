import type { Condition } from '../condition.js';
import type { Reads } from '../reads.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Gap, KeyedRule, MadeUpMember, Mece } from './answer.js';
import { searchExamples } from './search.js';
import { NeedsSearch, Space, type Zone } from './space.js';

/** Open conditions are cut this often at most, over all questions; then examples are searched for instead. */
const MOST_CUTS = 100_000;
/** More pieces of gaps than this are not joined to regions; then examples are searched for as well. */
const MOST_PIECES = 500;

/** The rules are too many, or an example does not prove what it should. */
class NotProvable extends Error {}

/**
 * Finds whether each member fits exactly one of the rules. The answer is exact for rules that compare metrics with constants,
 * with one another, and with thresholds of the corp; otherwise counter-examples are searched for. Every example is checked
 * with the rules themselves. It can take seconds, so it yields often.
 */
export function* checkMece(
  rules: readonly KeyedRule[],
  vocabulary: Vocabulary,
  isOrdered = false,
): Generator<undefined, Mece> {
  const reads = readsOfAll(rules);
  try {
    return yield* new Partition(rules, reads, vocabulary).check(isOrdered);
  } catch (cause) {
    if (!(cause instanceof NeedsSearch) && !(cause instanceof NotProvable)) throw cause;
    return yield* searchExamples(rules, { reads, vocabulary, isOrdered });
  }
}

/** The metrics and tags that the rules read, in the order of the rules. */
const readsOfAll = (rules: readonly KeyedRule[]): Reads => ({
  metrics: new Set(rules.flatMap(({ rule }) => [...rule.reads.metrics])),
  tags: new Set(rules.flatMap(({ rule }) => [...rule.reads.tags])),
});

class Partition {
  private readonly space: Space;
  private cuts = 0;

  constructor(
    private readonly rules: readonly KeyedRule[],
    reads: Reads,
    vocabulary: Vocabulary,
  ) {
    this.space = new Space(
      reads,
      rules.map(({ rule }) => rule.condition),
      vocabulary,
    );
  }

  *check(isOrdered: boolean): Generator<undefined, Mece> {
    const living: KeyedRule[] = [];
    for (const each of this.rules) if (yield* this.first([each.rule.condition])) living.push(each);
    return {
      gaps: yield* this.gaps(),
      overlaps: isOrdered ? [] : yield* this.overlaps(living),
      unreachable: isOrdered ? yield* this.unreachable(living) : [],
      never: this.rules.filter((each) => !living.includes(each)).map(({ key }) => key),
      isExact: true,
    };
  }

  private *gaps(): Generator<undefined, Gap[]> {
    const pieces: Zone[] = [];
    for (const zone of this.solve(allOf(this.rules.map(({ rule }) => not(rule.condition))), this.space.whole)) {
      if (zone) pieces.push(...this.space.byNulls(zone));
      if (pieces.length > MOST_PIECES) throw new NotProvable();
      yield;
    }
    const regions = yield* this.regions(pieces);
    return regions.map((region) => ({
      example: this.verified(region[0]!, []),
      includes: (member) => region.some((zone) => this.space.includes(zone, member)),
    }));
  }

  /** Pieces that one step joins to one another, or to pieces that are joined, are one region. */
  private *regions(pieces: readonly Zone[]): Generator<undefined, Zone[][]> {
    let regions: Zone[][] = [];
    for (const piece of pieces) {
      const touching = new Set(regions.filter((region) => region.some((other) => this.space.touch(piece, other))));
      regions = [...regions.filter((region) => !touching.has(region)), [...[...touching].flat(), piece]];
      yield;
    }
    return regions;
  }

  private *overlaps(rules: readonly KeyedRule[]): Generator<undefined, Mece['overlaps']> {
    const overlaps: { keys: readonly [string, string]; example: MadeUpMember }[] = [];
    for (const [index, a] of rules.entries())
      for (const b of rules.slice(index + 1)) {
        const zone = yield* this.first([a.rule.condition, b.rule.condition]);
        if (zone) overlaps.push({ keys: [a.key, b.key], example: this.verified(zone, [a, b]) });
      }
    return overlaps;
  }

  private *unreachable(rules: readonly KeyedRule[]): Generator<undefined, string[]> {
    const unreachable: string[] = [];
    for (const [index, { key, rule }] of rules.entries()) {
      const earlier = rules.slice(0, index).map((other) => not(other.rule.condition));
      if (!(yield* this.first([rule.condition, ...earlier]))) unreachable.push(key);
    }
    return unreachable;
  }

  private *first(conditions: readonly Condition[]): Generator<undefined, Zone | undefined> {
    for (const zone of this.solve(allOf(conditions), this.space.whole)) {
      if (zone) return zone;
      yield;
    }
    return undefined;
  }

  /** The zones in which the condition holds for all, which do not overlap; undefined after each cut. */
  private *solve(condition: Condition, zone: Zone): Generator<Zone | undefined, undefined> {
    const truth = this.space.truth(condition, zone);
    if (truth === true) yield zone;
    if (typeof truth === 'boolean') return;
    if (++this.cuts > MOST_CUTS) throw new NotProvable();
    yield undefined;
    for (const part of truth.parts) yield* this.solve(condition, part);
  }

  /** An example, checked with the rules themselves: `holding` hold, and no rule holds when it is empty. */
  private verified(zone: Zone, holding: readonly KeyedRule[]): MadeUpMember {
    const example = this.space.example(zone);
    const tags = new Set(example.tags);
    const isRight =
      holding.length > 0
        ? holding.every(({ rule }) => rule.holds(example.values, tags))
        : !this.rules.some(({ rule }) => rule.holds(example.values, tags));
    if (!isRight) throw new NotProvable();
    return example;
  }
}

const NOWHERE = { start: 0, end: 0 };
const allOf = (parts: readonly Condition[]): Condition => ({ kind: 'all', parts, range: NOWHERE });
const not = (part: Condition): Condition => ({ kind: 'not', part, range: NOWHERE });
