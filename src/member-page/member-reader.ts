import type { Context } from '../domain/context.js';
import { dayOf, type Day } from '../domain/day.js';
import { shownTierOf, type Evaluation } from '../domain/evaluate.js';
import type { TierRules } from '../domain/ruleset.js';
import { loadEvaluations } from '../engine/load-evaluations.js';
import { identityKey, identityStore } from '../features/members/identity.store.js';
import type { MemberPageParts } from './parts.js';

/** The signed-in member as evaluated now. */
export interface ShownMember {
  readonly externalUserId: string;
  readonly evaluation: Evaluation;
  readonly context: Context;
  readonly tier: TierRules;
  /** The place of the tier, 0 for the lowest. */
  readonly rank: number;
  readonly now: number;
  readonly today: Day;
}

/** Null for a customer of whom no fact was applied yet. */
export async function readMember(
  { database, engine, clock }: Pick<MemberPageParts, 'database' | 'engine' | 'clock'>,
  externalUserId: string,
): Promise<ShownMember | null> {
  const identity = { kind: 'external_userid', value: externalUserId } as const;
  const member = (await identityStore.find(database.read, [identity])).get(identityKey(identity));
  if (member === undefined) return null;
  const [context, now] = [await engine.context(), clock.now()];
  const [evaluation] = await loadEvaluations(database.read, [member], context, now);
  if (!evaluation) return null;
  const { tiers } = context.ruleset;
  const tier = shownTierOf(evaluation, context.ruleset);
  if (!tier) return null;
  const rank = tiers.indexOf(tier);
  return { externalUserId, evaluation, context, tier, rank, now, today: dayOf(now, context.timeZone) };
}
