import type { Condition } from '../condition.js';
import type { Reads } from '../reads.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Gap, KeyedRule, MadeUpMember, Mece } from './answer.js';
import { searchExamples } from './search.js';
import { NeedsSearch, Space, type Zone } from './space.js';

/** Open conditions are cut this often at most, over all questions; then examples are searched for instead. */
const MOST_CUTS = 200_000;
/** More pieces of gaps than this are not joined to regions. */
const MOST_PIECES = 1_000;

class TooManyCuts extends Error {}

/**
 * Finds whether each member fits exactly one of the rules. The answer is exact for rules that compare metrics with constants,
 * with one another, and with thresholds of the corp; otherwise counter-examples are searched for. Every example is checked
 * with the rules themselves.
 */
export function checkMece(rules: readonly KeyedRule[], vocabulary: Vocabulary, isOrdered = false): Mece {
  const reads = readsOfAll(rules);
  try {
    return new Partition(rules, reads, vocabulary).check(isOrdered);
  } catch (cause) {
    if (!(cause instanceof NeedsSearch) && !(cause instanceof TooManyCuts)) throw cause;
    return searchExamples(rules, { reads, vocabulary, isOrdered });
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

  check(isOrdered: boolean): Mece {
    const never = this.rules.filter(({ rule }) => !this.first([rule.condition])).map(({ key }) => key);
    const living = this.rules.filter(({ key }) => !never.includes(key));
    return {
      gaps: this.gaps(),
      overlaps: isOrdered ? [] : this.overlaps(living),
      unreachable: isOrdered ? this.unreachable(living) : [],
      never,
      isExact: true,
    };
  }

  private gaps(): Gap[] {
    const pieces: Zone[] = [];
    for (const zone of this.solve(allOf(this.rules.map(({ rule }) => not(rule.condition))), this.space.whole)) {
      pieces.push(...this.space.byNulls(zone));
      if (pieces.length > MOST_PIECES) throw new TooManyCuts();
    }
    return this.regions(pieces).map((region) => ({
      example: this.verified(region[0]!, []),
      includes: (member) => region.some((zone) => this.space.includes(zone, member)),
    }));
  }

  /** Pieces that one step joins to one another, or to pieces that are joined, are one region. */
  private regions(pieces: readonly Zone[]): Zone[][] {
    const regions: Zone[][] = [];
    for (const piece of pieces) {
      const joined = regions.filter((region) => region.some((other) => this.space.touch(piece, other)));
      const merged = [...joined.flat(), piece];
      for (const region of joined) regions.splice(regions.indexOf(region), 1);
      regions.push(merged);
    }
    return regions;
  }

  private overlaps(rules: readonly KeyedRule[]): Mece['overlaps'] {
    return rules.flatMap((a, index) =>
      rules.slice(index + 1).flatMap((b) => {
        const zone = this.first([a.rule.condition, b.rule.condition]);
        return zone ? [{ keys: [a.key, b.key] as const, example: this.verified(zone, [a, b]) }] : [];
      }),
    );
  }

  private unreachable(rules: readonly KeyedRule[]): string[] {
    return rules.flatMap(({ key, rule }, index) => {
      const earlier = rules.slice(0, index).map((other) => not(other.rule.condition));
      return this.first([rule.condition, ...earlier]) ? [] : [key];
    });
  }

  private first(conditions: readonly Condition[]): Zone | undefined {
    return this.solve(allOf(conditions), this.space.whole).next().value ?? undefined;
  }

  /** The zones in which the condition holds for all. They do not overlap. */
  private *solve(condition: Condition, zone: Zone): Generator<Zone, undefined> {
    const truth = this.space.truth(condition, zone);
    if (truth === true) yield zone;
    if (typeof truth === 'boolean') return;
    if (++this.cuts > MOST_CUTS) throw new TooManyCuts();
    for (const part of truth.parts) yield* this.solve(condition, part);
  }

  /** An example, checked with the rules themselves: `holding` hold, and no rule holds when it is empty. */
  private verified(zone: Zone, holding: readonly KeyedRule[]): MadeUpMember {
    const example = this.space.example(zone);
    const tags = new Set(example.tags);
    const wrong =
      holding.length > 0
        ? holding.find(({ rule }) => !rule.holds(example.values, tags))
        : this.rules.find(({ rule }) => rule.holds(example.values, tags));
    if (wrong) throw new Error(`the partition of the rules is wrong about ${wrong.key}: ${JSON.stringify(example)}`);
    return example;
  }
}

const NOWHERE = { start: 0, end: 0 };
const allOf = (parts: readonly Condition[]): Condition => ({ kind: 'all', parts, range: NOWHERE });
const not = (part: Condition): Condition => ({ kind: 'not', part, range: NOWHERE });
