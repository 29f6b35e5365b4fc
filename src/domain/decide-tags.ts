import type { Because } from './because.js';
import { daysAgo, type LocalMoment } from './day.js';
import type { MetricValues } from './metrics/index.js';
import type { CompiledRule } from './rules/index.js';
import { becauseOf, type Ruleset, type TagRule } from './ruleset.js';
import type { MemberTag, TagRef } from './tags.js';

export interface TagChange {
  readonly name: string;
  readonly group: string;
  readonly add: boolean;
  readonly because: Because;
}

/** The tags of one member, and the figures that the rules read. */
export interface TagInput {
  readonly values: MetricValues;
  /** By name. `want: false` marks a tag that staff removed by hand; no rule adds it again. */
  readonly tags: ReadonlyMap<string, MemberTag>;
  /** Tags of the contact code the member came by; treated like tags of a rule that always holds. */
  readonly wayTags: readonly TagRef[];
  readonly when: LocalMoment;
}

/** The names of the tags that the member has. */
export const ownedTags = (tags: ReadonlyMap<string, MemberTag>): Set<string> =>
  new Set([...tags].flatMap(([name, tag]) => (tag.want ? [name] : [])));

/**
 * The tags that the rules of tiers read: what the member has, with the changes of all tags that do not depend on the tier. So
 * a tier that reads such a tag is right in the evaluation in which the tag changes.
 */
export function tagsBeforeTier(input: TagInput, ruleset: Pick<Ruleset, 'version' | 'tags' | 'tiers'>): Set<string> {
  const owned = ownedTags(input.tags);
  if (!readsTags(ruleset.tiers)) return owned;
  for (const { name, add } of tagChanges(input, { ...ruleset, tags: tagsWithoutTier(ruleset.tags) }, 'some')) {
    if (add) owned.add(name);
    else owned.delete(name);
  }
  return owned;
}

const tiersReadTags = new WeakMap<Ruleset['tiers'], boolean>();
function readsTags(tiers: Ruleset['tiers']): boolean {
  let known = tiersReadTags.get(tiers);
  if (known === undefined) {
    known = tiers.some(({ enter, stay, floor }) =>
      [enter?.tags, stay?.tags, floor?.tags].some((names) => names !== undefined && names.length > 0),
    );
    tiersReadTags.set(tiers, known);
  }
  return known;
}

const withoutTier = new WeakMap<Ruleset['tags'], readonly TagRule[]>();
/** The tags whose rules read neither the tier nor a tag whose rule does. */
export function tagsWithoutTier(rules: readonly TagRule[]): readonly TagRule[] {
  let known = withoutTier.get(rules);
  if (known === undefined) {
    const dependent = new Set<string>();
    const dependsOn = (rule: CompiledRule): boolean =>
      rule.metrics.includes('tier') || rule.tags.some((name) => dependent.has(name));
    for (let before = -1; before < dependent.size;) {
      before = dependent.size;
      for (const { name, when, keep } of rules) if (dependsOn(when) || (keep && dependsOn(keep))) dependent.add(name);
    }
    known = rules.filter(({ name }) => !dependent.has(name));
    withoutTier.set(rules, known);
  }
  return known;
}

/**
 * What changes among the tags of a member, in the order of the file: a rule that reads a tag sees the changes of the rules
 * before it. `which`: whether these are all rules. If so, the tags of rules that are gone are removed.
 */
export function tagChanges(
  input: TagInput,
  ruleset: Pick<Ruleset, 'version' | 'tags'>,
  which: 'all' | 'some' = 'all',
): TagChange[] {
  const changes: TagChange[] = [];
  const given = new Map(input.wayTags.map((tag) => [tag.name, tag]));
  const known = new Set([...ruleset.tags.map((rule) => rule.name), ...given.keys()]);
  const ruleless = [...input.tags].filter(
    ([name, { origin, want }]) => which === 'all' && origin === 'rule' && want && !known.has(name),
  );
  const current = ownedTags(input.tags);
  for (const [name] of ruleless) current.delete(name);
  for (const name of given.keys()) if (input.tags.get(name)?.origin !== 'staff') current.add(name);
  const figures = { ...input, current };
  for (const rule of ruleset.tags) {
    const tag = input.tags.get(rule.name);
    // Rules never change a tag that staff added or removed.
    if (tag?.origin === 'staff') continue;
    // Whoever has the tag of a rule that is switched off keeps it.
    if (rule.enabled === false) continue;
    const holds = given.has(rule.name) || shouldHave(rule, tag, figures);
    const regrouped = regroupedTag(rule, tag, holds, ruleset.version);
    if (regrouped) changes.push(...regrouped);
    else if (holds !== (tag?.want ?? false))
      changes.push({
        name: rule.name,
        group: rule.group,
        add: holds,
        because: becauseOfTag(rule, holds, figures, ruleset.version),
      });
    if (holds) current.add(rule.name);
    else current.delete(rule.name);
  }
  changes.push(...changesOfWays(input, ruleset, changes));
  for (const [name, { group }] of ruleless)
    changes.push({ name, group, add: false, because: plainBecause(name, ruleset.version, 'rule_removed') });
  return changes;
}

interface Figures extends TagInput {
  readonly current: ReadonlySet<string>;
}

/** By the rule; once the member has the tag, also by its looser `keep`, and in any case for the least time that it stays. */
function shouldHave(rule: TagRule, tag: MemberTag | undefined, { values, current, when }: Figures): boolean {
  if (rule.when.holds(values, current)) return true;
  if (!tag?.want) return false;
  if (tag.since !== undefined && rule.minDays && tag.since > daysAgo(rule.minDays, when)) return true;
  return rule.keep?.holds(values, current) ?? false;
}

/** A tag is removed because of the rule that kept it until now: the looser one, if there is one. */
function becauseOfTag(rule: TagRule, holds: boolean, { values, current }: Figures, version: number): Because {
  const decisive = holds ? rule.when : (rule.keep ?? rule.when);
  const because = becauseOf(`tag:${rule.name}`, version, decisive.explain(values, current));
  return decisive === rule.keep ? { ...because, reasons: ['no_longer_kept'] } : because;
}

/** The tags of the contact code by which the member came. */
function changesOfWays(
  { tags, wayTags }: TagInput,
  ruleset: Pick<Ruleset, 'version' | 'tags'>,
  before: readonly TagChange[],
): TagChange[] {
  return [...new Map(wayTags.map((tag) => [tag.name, tag])).values()].flatMap(({ name, group }) => {
    const tag = tags.get(name);
    if (tag?.origin === 'staff' || before.some((change) => change.name === name)) return [];
    const regrouped = ruleset.tags.some((rule) => rule.name === name)
      ? null
      : regroupedTag({ name, group }, tag, true, ruleset.version);
    if (regrouped) return regrouped;
    if (tag?.want) return [];
    return [{ name, group, add: true, because: plainBecause(name, ruleset.version, 'came_by_way') }];
  });
}

/**
 * The changes for a tag that the rules file moved to another group; null when it was not moved. To WeCom it is another tag,
 * so the old one is removed. The old one is named `group/name`, because the plain name now belongs to the new one.
 */
function regroupedTag(
  { name, group }: { readonly name: string; readonly group: string },
  tag: MemberTag | undefined,
  holds: boolean,
  version: number,
): TagChange[] | null {
  if (tag?.origin !== 'rule' || !tag.want || tag.group === group) return null;
  const because = plainBecause(name, version, 'tag_group_changed');
  return [
    { name: `${tag.group}/${name}`, group: tag.group, add: false, because },
    { name, group, add: holds, because },
  ];
}

const plainBecause = (tag: string, version: number, reason: string): Because => ({
  rule: `tag:${tag}`,
  version,
  values: [],
  reasons: [reason],
});
