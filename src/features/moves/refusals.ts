import type { LocalizedText } from '../../domain/localized-text.js';
import { decisionStore } from '../audit/decision.store.js';
import type { NewDecision } from '../../domain/decision-record.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId, GroupId } from '../../domain/ids.js';
import type { StoredPoolGroup, StoredGroup } from '../../domain/moves/group.js';
import { seatOf, comesUninvited } from './wanted-move.js';
import { type TierRules, tierOf } from '../../domain/ruleset.js';
import { type PastMove, planMove, type MovePlan } from '../../domain/moves/move.js';
import { taskStore } from '../tasks/task.store.js';
import { askForGroup } from '../groups/pools.js';
import type { Run } from '../run.js';

export interface PlanningInputs {
  readonly past: ReadonlyMap<MemberId, readonly PastMove[]>;
  readonly pools: readonly StoredPoolGroup[];
  readonly groups: ReadonlyMap<GroupId, StoredGroup>;
}

/**
 * Records why members cannot be moved: as a decision of each member who has just entered the tier, and as one task per tier
 * that needs a further group.
 */
export async function recordRefusals(
  run: Run,
  evaluations: readonly Evaluation[],
  { past, pools, groups }: PlanningInputs,
): Promise<void> {
  const { tx, context, now } = run;
  const seats = pools.map(seatOf);
  const refused: NewDecision[] = [];
  const needs = new Map<TierRules, 'pool_full' | 'no_pool'>();
  for (const evaluation of evaluations) {
    const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
    if (!tier || tier.groups.length === 0 || groups.size === 0 || comesUninvited(evaluation, tier, context)) continue;
    const plan = planMove(
      { tier, memberships: evaluation.memberships, seats, past: past.get(evaluation.id) ?? [] },
      context.ruleset.moves,
      { now, timeZone: context.timeZone },
    );
    if (plan.kind !== 'refused') continue;
    if (evaluation.decision.tier.verdict.kind === 'entered') {
      const title = refusalTitles[plan.code](tier.label);
      refused.push({
        member: evaluation.id,
        kind: 'move',
        code: plan.code,
        title,
        because: { rule: `move:${tier.key}`, version: context.ruleset.version, values: [], reasons: [plan.code] },
      });
    }
    if (plan.code !== 'too_many_tries') needs.set(tier, plan.code);
  }
  await decisionStore.append(tx, refused, context.ruleset.version, now);
  if (needs.size === 0) return;
  const tasks = await taskStore.poolTasks(tx);
  for (const [tier, need] of needs) await askForGroup(run, tier, need, { pools, tasks });
}

export const refusalTitles: Readonly<
  Record<Extract<MovePlan, { kind: 'refused' }>['code'], (tier: LocalizedText) => LocalizedText>
> = {
  pool_full: (tier) => ({ zh: `「${tier.zh}」的群都满了`, en: `Every group of ${tier.en} is full` }),
  no_pool: (tier) => ({ zh: `还没有「${tier.zh}」的群`, en: `There is no group of ${tier.en} yet` }),
  too_many_tries: (tier) => ({
    zh: `多次邀请进「${tier.zh}」的群都没有进，不再邀请`,
    en: `Invited to ${tier.en} several times without joining; not invited again`,
  }),
};
