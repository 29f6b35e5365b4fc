import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { compileRule, defaultVocabulary, type CompiledRule, type Vocabulary } from '../../domain/rules/index.js';
import type { PoolPolicy } from '../../domain/moves/pool.js';
import type { Ruleset } from '../../domain/ruleset.js';
import type { WayPolicy } from '../../domain/ways/contact-way.js';
import { readYamlFile, type FileProblem, type PlaceOf } from '../../platform/config/config-files.js';
import { tierProblems } from './check-tiers.js';
import { contactWaysFile, operatorsFile, sendingFile, stagesFile, tagsFile, tiersFile } from './ruleset-schema.js';

/** The rules as the files say, without the campaigns (those come from the templates). */
export interface FileRules {
  readonly rules: Omit<Ruleset, 'version'>;
  /** The metrics, and the names of these tiers: a misspelt tier is refused wherever rules are written. */
  readonly vocabulary: Vocabulary;
  readonly pools: PoolPolicy;
  readonly ways: WayPolicy;
  /** Templates these files speak of, and where: the files alone cannot tell whether they exist. */
  readonly templatesNamed: readonly (Omit<FileProblem, 'message'> & { readonly key: string })[];
  readonly corpName: string;
  readonly operators: readonly string[];
  /** Of the texts of all the files: another hash is another version. */
  readonly hash: string;
  readonly text: string;
}

const files = [
  'tiers.yaml',
  'tags.yaml',
  'stages.yaml',
  'sending.yaml',
  'operators.yaml',
  'contact-ways.yaml',
] as const;

/** Reads and compiles everything; every problem of every file at once, each with its line and column. */
export async function readRuleset(
  directory: string,
): Promise<{ ok: true; value: FileRules } | { ok: false; problems: readonly FileProblem[] }> {
  const path = (name: (typeof files)[number]) => join(directory, name);
  const tiers = await readYamlFile(path('tiers.yaml'), tiersFile);
  const tags = await readYamlFile(path('tags.yaml'), tagsFile);
  const stages = await readYamlFile(path('stages.yaml'), stagesFile);
  const sending = await readYamlFile(path('sending.yaml'), sendingFile);
  const operators = await readYamlFile(path('operators.yaml'), operatorsFile);
  const contactWays = await readYamlFile(path('contact-ways.yaml'), contactWaysFile);
  const problems: FileProblem[] = [tiers, tags, stages, sending, operators, contactWays].flatMap((file) =>
    file.ok ? [] : file.problems,
  );

  const vocabulary: Vocabulary = {
    ...defaultVocabulary,
    values: {
      ...defaultVocabulary.values,
      ...(tiers.ok ? { tier: Object.fromEntries(tiers.value.tiers.map((tier) => [tier.key, tier.label.zh])) } : {}),
    },
  };
  const compiled = (
    file: (typeof files)[number],
    placeOf: PlaceOf,
    at: readonly PropertyKey[],
    text: string,
  ): CompiledRule | null => {
    const compilation = compileRule(text, vocabulary);
    if (compilation.ok) return compilation.rule;
    const place = placeOf(at);
    for (const problem of compilation.problems) {
      problems.push({
        file: path(file),
        line: place.line,
        column: place.column + (problem.line === 1 ? problem.column - 1 : 0),
        message: `${problem.message.zh}（${problem.message.en}）${problem.hint.zh}`,
      });
    }
    return null;
  };

  if (tiers.ok)
    for (const { at, message } of tierProblems(tiers.value.tiers))
      problems.push({ file: path('tiers.yaml'), ...tiers.placeOf(at), message });
  const tierRules = tiers.ok
    ? tiers.value.tiers.map((tier, index) => {
        return {
          ...(tier.room_base_name === undefined ? {} : { roomBaseName: tier.room_base_name }),
          key: tier.key,
          label: tier.label,
          color: tier.color,
          minDwellDays: tier.min_dwell_days,
          graceDays: tier.grace_days,
          groups: tier.groups,
          capacity: tier.capacity,
          path: tier.path,
          enter:
            tier.enter === undefined
              ? null
              : compiled('tiers.yaml', tiers.placeOf, ['tiers', index, 'enter'], tier.enter),
          stay:
            tier.stay === undefined ? null : compiled('tiers.yaml', tiers.placeOf, ['tiers', index, 'stay'], tier.stay),
        };
      })
    : [];
  const names = new Set<string>();
  const tagRules = tags.ok
    ? tags.value.groups.flatMap((group, groupIndex) => {
        if (tags.value.groups.findIndex((other) => other.group === group.group) < groupIndex)
          problems.push({
            file: path('tags.yaml'),
            ...tags.placeOf(['groups', groupIndex, 'group']),
            message: `there is a group ${group.group} already`,
          });
        return group.tags.flatMap((tag, index) => {
          const at = ['groups', groupIndex, 'tags', index];
          if (names.has(tag.name))
            problems.push({
              file: path('tags.yaml'),
              ...tags.placeOf([...at, 'name']),
              message: `there is a tag ${tag.name} already`,
            });
          names.add(tag.name);
          const when = compiled('tags.yaml', tags.placeOf, [...at, 'when'], tag.when);
          return when ? [{ name: tag.name, group: group.group, when }] : [];
        });
      })
    : [];

  const tagGroups = new Map(tagRules.map((rule) => [rule.name, rule.group]));
  if (contactWays.ok) {
    const { ways, vip, tag_group: group } = contactWays.value;
    const complain = (at: readonly PropertyKey[], message: string) =>
      problems.push({ file: path('contact-ways.yaml'), ...contactWays.placeOf(at), message });
    ways.forEach((way, index) => {
      if (ways.findIndex((other) => other.key === way.key) < index)
        complain(['ways', index, 'key'], `there is a way ${way.key} already`);
    });
    const given = [
      ...ways.map((way, index) => [way.tags, ['ways', index, 'tags']] as const),
      [vip.tags, ['vip', 'tags']] as const,
    ];
    for (const [wanted, at] of given)
      wanted.forEach((name, index) => {
        if ((tagGroups.get(name) ?? group) !== group)
          complain([...at, index], `the tag ${name} is one of the group ${tagGroups.get(name)} in tags.yaml`);
      });
    vip.tiers.forEach((key, index) => {
      if (tiers.ok && !tiers.value.tiers.some((tier) => tier.key === key))
        complain(['vip', 'tiers', index], `there is no tier ${key}`);
    });
  }

  if (problems.length > 0 || !tiers.ok || !stages.ok || !sending.ok || !operators.ok || !contactWays.ok)
    return { ok: false, problems };
  const text = (await Promise.all(files.map((name) => readFile(path(name), 'utf8')))).join('\n');
  const { moves } = tiers.value;
  return {
    ok: true,
    value: {
      hash: createHash('sha256').update(text).digest('hex'),
      text,
      vocabulary,
      corpName: sending.value.corp_name,
      pools: { openNextAt: tiers.value.pools.open_next_at, minFree: tiers.value.pools.min_free },
      ways: wayPolicyOf(contactWays.value),
      templatesNamed: contactWays.value.ways.flatMap(({ welcome: key }, index) =>
        key === undefined
          ? []
          : [{ key, file: path('contact-ways.yaml'), ...contactWays.placeOf(['ways', index, 'welcome']) }],
      ),
      operators: operators.value.operators,
      rules: {
        tiers: tierRules,
        tags: tagRules,
        stages: {
          newDays: stages.value.new_days,
          activeDays: stages.value.active_days,
          activeInteractions: stages.value.active_interactions,
          dozingDays: stages.value.dozing_days,
          asleepDays: stages.value.asleep_days,
          lostDays: stages.value.lost_days,
          probationDays: stages.value.probation_days,
        },
        kol: stages.value.kol.map((mark) => ({
          messages: mark.messages,
          activeDays: mark.active_days,
          mentions: mark.mentions,
        })),
        sending: {
          perDay: sending.value.per_day,
          perMonth: sending.value.per_month,
          minGapDays: sending.value.min_gap_days,
          quietFromMinute: sending.value.quiet.from,
          quietToMinute: sending.value.quiet.to,
          slotMinutes: [...sending.value.slots].sort((a, b) => a - b),
          wecomCap: sending.value.wecom_cap,
        },
        massSends: {
          remindAfterHours: sending.value.mass_send.remind_after_hours,
          remindFromMinute: sending.value.mass_send.remind_between.from,
          remindToMinute: sending.value.mass_send.remind_between.to,
          handOnAfterHours: sending.value.mass_send.hand_on_after_hours,
          giveUpAfterHours: sending.value.mass_send.give_up_after_hours,
        },
        moves: {
          inviteDays: moves.invite_days,
          remindAfterDays: moves.remind_after_days,
          leaveDays: moves.leave_days,
          retryAfterDays: moves.retry_after_days,
          maxTries: moves.max_tries,
          approve: moves.approve,
        },
      },
    },
  };
}

function wayPolicyOf({ tag_group: group, ways, vip }: z.output<typeof contactWaysFile>): WayPolicy {
  const tags = (names: readonly string[]) => names.map((name) => ({ name, group }));
  return {
    tagGroup: group,
    channels: ways.map((way) => ({
      key: way.key,
      name: way.name,
      staff: way.staff,
      skipVerify: way.skip_verify,
      tags: tags(way.tags),
      welcome: way.welcome ?? null,
    })),
    vip: { tiers: vip.tiers, staff: vip.staff, skipVerify: vip.skip_verify, tags: tags(vip.tags) },
  };
}
