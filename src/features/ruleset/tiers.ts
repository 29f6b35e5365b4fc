import { z } from 'zod';
import { covers, roomBaseName, type PoolPolicy } from '../../domain/moves/pool.js';
import type { SilentMembersPolicy } from '../../domain/moves/silent-members.js';
import { tagsWithoutTier } from '../../domain/decide-tags.js';
import type { Vocabulary } from '../../domain/rules/index.js';
import type { MovePolicy, TagRule, TierRules } from '../../domain/ruleset.js';
import { defaultBrakes, type BrakePolicy } from '../../domain/tiers/brakes.js';
import { defaultFlapping, type FlappingPolicy } from '../../domain/tiers/flapping.js';
import { inBoth, type Refusal } from '../../platform/config/refusal.js';
import { days, lowWaterMark, rule, ruleKey, someDays, text, whole } from './fields.js';
import { loosenedText, type RuleFile } from './rule-file.js';

const label = z.strictObject({ zh: text(20), en: text(40) });

/** Tags and groups that keep a member at least in this tier. */
const floor = z
  .strictObject({ tags: z.array(text(30)).max(50).default([]), groups: z.array(text(64)).max(50).default([]) })
  .refine(
    ({ tags, groups }) => tags.length + groups.length > 0,
    inBoth('name at least one tag or one group', '至少写一个标签或一个群'),
  );

export const tiersFile = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        key: ruleKey,
        label,
        color: z
          .string(inBoth("write a colour in quotes, like '#c8453b'", "颜色要加引号，例如 '#c8453b'"))
          .regex(/^#[0-9a-fA-F]{6}$/, inBoth("write a colour like '#c8453b'", "颜色写成 '#c8453b' 这样")),
        /** `false`: whoever is in the tier stays, and nobody enters it. */
        enabled: z.boolean().default(true),
        enter: rule.optional(),
        /** `90%`: the member stays as long as every figure that the enter rule asks for is at least so much of it. */
        stay: z.union([lowWaterMark, rule]).optional(),
        floor: floor.optional(),
        min_dwell_days: days.default(0),
        grace_days: days.default(0),
        groups: z.array(text(64)).default([]),
        capacity: whole(2, 2_000).default(200),
        path: z.enum(['official', 'chat']).default('official'),
        room_base_name: text(40).optional(),
      }),
    )
    .min(1)
    .max(12),
  moves: z
    .strictObject({
      invite_days: whole(1, 365).default(7),
      remind_after_days: whole(1, 365).default(3),
      leave_days: whole(1, 365).default(3),
      retry_after_days: someDays.default(30),
      max_tries: whole(1, 20).default(3),
      rest_after_undo_days: whole(1, 365).default(30),
      approve: z.enum(['none', 'up', 'down', 'all']).default('none'),
    })
    .refine((moves) => moves.remind_after_days < moves.invite_days, {
      message: inBoth(
        'must be less than invite_days, or nobody is ever reminded; to remind nobody, switch off the templates for move_reminder',
        '要小于 invite_days，否则谁也提醒不到；不想提醒，就停用 move_reminder 的模板',
      ),
      path: ['remind_after_days'],
    })
    .prefault({}),
  pools: z
    .strictObject({
      open_next_at: z.number().min(0.1).max(1).default(0.85),
      min_free: whole(0, 10_000).default(0),
    })
    .prefault({}),
  /** Members who are silent for long: asked by a template, then removed by the owner of the group. */
  silent_members: z
    .strictObject({
      enabled: z.boolean().default(false),
      ask_with: text(64).default('still-there'),
      answer_days: whole(1, 365).default(14),
      share_per_day: whole(1, 100).default(2),
    })
    .prefault({}),
  /** A review that would go beyond these waits for a person. */
  brakes: z
    .strictObject({
      moved_percent: whole(1, 100).default(defaultBrakes.movedPercent),
      moved_at_least: whole(1, 1_000_000).default(defaultBrakes.movedAtLeast),
      written_to: whole(1, 10_000_000).default(defaultBrakes.writtenTo),
    })
    .prefault({}),
  /** Who has changed tier so often, with a step down among it, is held in it. */
  flapping: z
    .strictObject({
      max_changes: whole(1, 100).default(defaultFlapping.maxChanges),
      within_days: whole(1, 365).default(defaultFlapping.withinDays),
    })
    .prefault({}),
});

type Tiers = z.output<typeof tiersFile>;

/** The tiers from the lowest to the highest. Reports rules with mistakes and tiers that contradict each other. */
export function readTiers(file: RuleFile<Tiers>, vocabulary: Vocabulary): TierRules[] {
  const { tiers } = file.value;
  for (const { at, message } of tierProblems(tiers)) file.report(at, message);
  return tiers.map((tier, index) => {
    const compiled = (name: 'enter' | 'stay', condition: string | undefined) =>
      condition === undefined ? null : file.compile(['tiers', index, name], condition, vocabulary);
    const enter = compiled('enter', tier.enter);
    const stay = typeof tier.stay === 'number' ? enter && loosenedText(enter, tier.stay) : tier.stay;
    return {
      ...(tier.floor === undefined ? {} : { floor: tier.floor }),
      ...(tier.enabled ? {} : { enabled: false }),
      ...(tier.room_base_name === undefined ? {} : { roomBaseName: tier.room_base_name }),
      key: tier.key,
      label: tier.label,
      color: tier.color,
      minDwellDays: tier.min_dwell_days,
      graceDays: tier.grace_days,
      groups: tier.groups,
      capacity: tier.capacity,
      path: tier.path,
      enter,
      stay: compiled('stay', stay ?? undefined),
    };
  });
}

/**
 * Reports floors that would keep themselves: by a tag whose own rule reads the tier, or by a group of a tier's pool, into
 * which members are moved because of their tier.
 */
export function checkFloors(file: RuleFile<Tiers>, tags: readonly TagRule[]): void {
  const independent = new Set(tagsWithoutTier(tags).map(({ name }) => name));
  const dependent = new Set(tags.flatMap(({ name }) => (independent.has(name) ? [] : [name])));
  const pools = file.value.tiers.flatMap(({ key, groups }) => groups.map((pattern) => ({ key, pattern })));
  for (const [index, { floor: kept }] of file.value.tiers.entries()) {
    for (const [place, name] of (kept?.tags ?? []).entries())
      if (dependent.has(name))
        file.report(
          ['tiers', index, 'floor', 'tags', place],
          inBoth(
            `the rule of the tag ${name} reads the tier, so the floor would keep itself: name a tag that staff set`,
            `标签「${name}」的规则要看层级，保底会自己维持自己：换一个由员工打的标签`,
          ),
        );
    for (const [place, pattern] of (kept?.groups ?? []).entries()) {
      const pool = pools.find((own) => covers(own.pattern, pattern) || covers(pattern, own.pattern));
      if (pool)
        file.report(
          ['tiers', index, 'floor', 'groups', place],
          inBoth(
            `groups that fit ${pattern} belong to tier ${pool.key}, by its ${pool.pattern}, so the floor would keep itself: name other groups`,
            `符合 ${pattern} 的群属于层级 ${pool.key}（${pool.pattern}），保底会自己维持自己：换别的群`,
          ),
        );
    }
  }
}

export const movePolicyOf = ({ moves }: Tiers): MovePolicy => ({
  inviteDays: moves.invite_days,
  remindAfterDays: moves.remind_after_days,
  leaveDays: moves.leave_days,
  retryAfterDays: moves.retry_after_days,
  maxTries: moves.max_tries,
  restAfterUndoDays: moves.rest_after_undo_days,
  approve: moves.approve,
});

export const brakePolicyOf = ({ brakes }: Tiers): BrakePolicy => ({
  movedPercent: brakes.moved_percent,
  movedAtLeast: brakes.moved_at_least,
  writtenTo: brakes.written_to,
});

export const flappingPolicyOf = ({ flapping }: Tiers): FlappingPolicy => ({
  maxChanges: flapping.max_changes,
  withinDays: flapping.within_days,
});

export const silentMembersPolicyOf = ({ silent_members: given }: Tiers): SilentMembersPolicy => ({
  enabled: given.enabled,
  askWith: given.ask_with,
  answerDays: given.answer_days,
  sharePerDay: given.share_per_day,
});

export const poolPolicyOf = ({ pools }: Tiers): PoolPolicy => ({
  openNextAt: pools.open_next_at,
  minFree: pools.min_free,
});

/** Problems between the tiers, each with its place in the file. */
function* tierProblems(
  tiers: Tiers['tiers'],
): Generator<{ readonly at: readonly PropertyKey[]; readonly message: Refusal }> {
  for (const [index, tier] of tiers.entries()) {
    const at = ['tiers', index];
    const before = tiers.slice(0, index);
    if (index > 0 && tier.enter === undefined)
      yield {
        at,
        message: inBoth(
          `tier ${tier.key} needs an enter rule: only the lowest tier takes the rest`,
          `层级 ${tier.key} 要有 enter 规则：只有最低一层收其余的人`,
        ),
      };
    if (index === 0) yield* lowestProblems(tier);
    if (before.some((other) => other.key === tier.key))
      yield { at: [...at, 'key'], message: inBoth(`there is a tier ${tier.key} already`, `已有层级 ${tier.key}`) };
    for (const language of ['zh', 'en'] as const)
      if (before.some((other) => other.label[language] === tier.label[language]))
        yield {
          at: [...at, 'label', language],
          message: inBoth(
            `another tier is called ${tier.label[language]} already: nobody could tell them apart`,
            `已有叫「${tier.label[language]}」的层级，会分不清`,
          ),
        };
    for (const [place, pattern] of tier.groups.entries()) {
      const [first] = before.flatMap((other) =>
        other.groups.flatMap((earlier) => (covers(earlier, pattern) ? [{ tier: other.key, earlier }] : [])),
      );
      if (first)
        yield {
          at: [...at, 'groups', place],
          message: inBoth(
            `every group that fits ${pattern} belongs to tier ${first.tier}, by its ${first.earlier}: a group goes to the first tier it fits`,
            `符合 ${pattern} 的群都已归层级 ${first.tier}（${first.earlier}）：群归最先符合的那一层`,
          ),
        };
    }
    if (tier.room_base_name !== undefined && !roomBaseName({ groups: tier.groups, roomBaseName: tier.room_base_name }))
      yield {
        at: [...at, 'room_base_name'],
        message: inBoth(
          `a group ${tier.room_base_name}1 would not belong to this tier: it must fit one of its groups, in at most 40 bytes`,
          `群「${tier.room_base_name}1」不属于这一层：要符合它的一条 groups，最多 40 字节`,
        ),
      };
  }
}

/** Nobody enters the lowest tier by a rule, and nobody can step down from it. */
function* lowestProblems(tier: Tiers['tiers'][number]): ReturnType<typeof tierProblems> {
  if (!tier.enabled)
    yield {
      at: ['tiers', 0, 'enabled'],
      message: inBoth('the lowest tier takes the rest: it cannot be switched off', '最低一层收其余的人，不能停用'),
    };
  for (const field of ['enter', 'stay', 'floor'] as const)
    if (tier[field] !== undefined)
      yield {
        at: ['tiers', 0, field],
        message: inBoth(
          `the lowest tier takes the rest: take its ${field === 'floor' ? field : `${field} rule`} away`,
          `最低一层收其余的人，去掉它的 ${field}`,
        ),
      };
  for (const field of ['min_dwell_days', 'grace_days'] as const)
    if (tier[field] > 0)
      yield {
        at: ['tiers', 0, field],
        message: inBoth(
          `nobody steps down from the lowest tier, and rising does not wait: take ${field} away`,
          `最低一层不会再降，升级也不用等：去掉 ${field}`,
        ),
      };
}
