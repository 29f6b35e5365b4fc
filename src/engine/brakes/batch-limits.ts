import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { brakeReasons, defaultBrakes, isMoveByRules } from '../../domain/tiers/brakes.js';
import { definitionOf } from '../../domain/triggers/read-triggers.js';
import { memberStore } from '../../features/members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';

/** `all`: also messages, but for those that go one by one, such as welcomes. */
export type WhatWaits = 'nothing' | 'moves' | 'all';

/**
 * Facts, a recount or a merge that would move or write to too many in one batch are left to the review, which counts them
 * and asks a person.
 */
export async function whatWaits(
  sql: Sql,
  evaluations: readonly Evaluation[],
  { ruleset }: Context,
): Promise<WhatWaits> {
  const policy = ruleset.brakes ?? defaultBrakes;
  const leaving = new Map<string, number>();
  let writtenTo = 0;
  for (const { decision, occasions } of evaluations) {
    const { verdict } = decision.tier;
    if (isMoveByRules(decision.tier) && verdict.kind === 'entered')
      leaving.set(verdict.from ?? '', (leaving.get(verdict.from ?? '') ?? 0) + 1);
    if (occasions.some(({ campaign }) => !definitionOf(campaign.trigger).goesOneByOne)) writtenTo += 1;
  }
  if (writtenTo > policy.writtenTo) return 'all';
  const moves = [...leaving].map(([from, n]) => ({ from, to: '', n }));
  if (moves.every(({ n }) => n < policy.movedAtLeast)) return 'nothing';
  const sizes = await memberStore.tierSizes(sql);
  return brakeReasons({ moves, sizes, writtenTo }, policy).length > 0 ? 'moves' : 'nothing';
}
