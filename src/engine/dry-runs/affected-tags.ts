import { daysAgo, type LocalMoment } from '../../domain/day.js';
import { tagsWithoutTier } from '../../domain/decide-tags.js';
import type { CompiledRule, TagTest } from '../../domain/rules/index.js';
import type { Ruleset, TagRule, TierRules } from '../../domain/ruleset.js';

/** A tag rule whose outcome a proposal can change. */
export interface AffectedTag {
  readonly rule: TagRule;
  /** How SQL reads the tags that the rule names: as they are at its place in the list. */
  readonly tagTest: TagTest;
  /** It reads the tier, itself or through a tag. */
  readonly readsTier: boolean;
}

export interface AffectedTags {
  readonly rules: readonly AffectedTag[];
  /** Tags whose rule is gone. */
  readonly removed: readonly string[];
  /** Names of all of them. */
  readonly names: ReadonlySet<string>;
  /** How SQL reads the tags that the rules of tiers name: with the changes of all tags that do not depend on the tier. */
  readonly ofTiers: TagTest;
  /** The rules name one another so much that their SQL would grow beyond bounds. */
  readonly isTooEntangled: boolean;
}

type Rules = Pick<Ruleset, 'tiers' | 'tags'>;

export interface AffectedOptions {
  /** The tags that contact codes give. */
  readonly wayTags: ReadonlySet<string>;
  readonly isTierChanged: boolean;
  readonly when: LocalMoment;
}

/** So many rules may be written out in the SQL of one. */
const MOST_WRITTEN_OUT = 60;

/** The tag rules that changed, and those that read what changed. Tags are decided in their order, each after the tier. */
export function affectedTags(current: Rules, proposed: Rules, options: AffectedOptions): AffectedTags {
  const { tags } = proposed;
  const placeOf = new Map(tags.map(({ name }, index) => [name, index]));
  const removed = current.tags.flatMap(({ name }) => (placeOf.has(name) ? [] : [name]));
  const independent = tagsWithoutTier(tags);
  const dependent = new Set(tags.flatMap((rule) => (independent.includes(rule) ? [] : [rule.name])));
  const readByTiers = proposed.tiers.flatMap(tagsOfTier);
  let names = affectedNames(current.tags, tags, { removed, dependent: options.isTierChanged ? dependent : new Set() });
  // The tiers read a tag that changes.
  if (readByTiers.some((tag) => names.has(tag))) names = affectedNames(current.tags, tags, { removed, dependent });
  const sizes = writtenOut(tags, placeOf);
  const affected = [...tags.entries()].filter(([, { name, enabled }]) => names.has(name) && enabled !== false);
  const used = [...affected.map(([index]) => index), ...readByTiers.flatMap((tag) => placeOf.get(tag) ?? [])];
  return {
    rules: affected.map(([index, rule]) => ({
      rule,
      tagTest: tagTestAt(index, { ...options, tags, placeOf, ruleless: 'taken' }),
      readsTier: dependent.has(rule.name),
    })),
    removed,
    names,
    ofTiers: tagTestAt(independent.length, {
      ...options,
      ...{ tags: independent, placeOf: new Map(independent.map(({ name }, index) => [name, index])) },
      ruleless: 'stored',
    }),
    isTooEntangled: used.some((index) => sizes[index]! > MOST_WRITTEN_OUT),
  };
}

const tagsOfTier = ({ enter, stay, floor }: TierRules): readonly string[] => [
  ...(enter?.tags ?? []),
  ...(stay?.tags ?? []),
  ...(floor?.tags ?? []),
];

const rulesOf = ({ when, keep }: TagRule): readonly CompiledRule[] => (keep ? [when, keep] : [when]);
const tagsReadBy = (rule: TagRule): readonly string[] => rulesOf(rule).flatMap(({ tags }) => tags);

/** `dependent`: the tags whose rules read the tier, when the tier is concerned. */
function affectedNames(
  current: readonly TagRule[],
  proposed: readonly TagRule[],
  { removed, dependent }: { readonly removed: readonly string[]; readonly dependent: ReadonlySet<string> },
): Set<string> {
  const before = new Map(current.map((rule) => [rule.name, rule]));
  const hasNewOrder = current.map(({ name }) => name).join('\n') !== proposed.map(({ name }) => name).join('\n');
  const names = new Set([...removed, ...dependent]);
  for (const rule of proposed) {
    const reads = tagsReadBy(rule);
    const readsChange = reads.some((tag) => names.has(tag)) || (hasNewOrder && reads.length > 0);
    if (readsChange || !isSameRule(before.get(rule.name), rule)) names.add(rule.name);
  }
  return names;
}

const isSameRule = (a: TagRule | undefined, b: TagRule): boolean =>
  (a?.enabled ?? true) === (b.enabled ?? true) &&
  a?.when.text === b.when.text &&
  a.keep?.text === b.keep?.text &&
  (a.minDays ?? 0) === (b.minDays ?? 0) &&
  a.group === b.group;

interface TestInput extends Pick<AffectedOptions, 'wayTags' | 'when'> {
  readonly tags: readonly TagRule[];
  readonly placeOf: ReadonlyMap<string, number>;
  /** What becomes of a tag without a rule that a rule has given. */
  readonly ruleless: 'taken' | 'stored';
}

/** A rule sees the changes of the rules before it; of itself and those after it, what is stored. */
function tagTestAt(index: number, input: TestInput): TagTest {
  const { tags, placeOf, wayTags, when, ruleless } = input;
  return (tag) => {
    const place = placeOf.get(tag);
    if (place === undefined) return { kind: wayTags.has(tag) ? 'stored' : ruleless };
    const { when: rule, keep, minDays = 0, enabled = true } = tags[place]!;
    if (place >= index || !enabled) return { kind: 'stored' };
    return {
      kind: 'rule',
      condition: rule.condition,
      keep: keep?.condition ?? null,
      keptAfter: daysAgo(minDays, when),
      tagTest: tagTestAt(place, input),
    };
  };
}

/** How many rules the SQL of each rule contains. */
function writtenOut(tags: readonly TagRule[], placeOf: ReadonlyMap<string, number>): readonly number[] {
  const sizes: number[] = [];
  for (const [index, rule] of tags.entries()) {
    const earlier = tagsReadBy(rule).flatMap((tag) => {
      const place = placeOf.get(tag);
      return place !== undefined && place < index ? [sizes[place]!] : [];
    });
    sizes.push(earlier.reduce((sum, size) => sum + size, 1));
  }
  return sizes;
}
