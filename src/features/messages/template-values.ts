import type { Context } from '../../domain/context.js';
import { dayOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MoveId } from '../../domain/ids.js';
import { templateValues, type Campaign, type TemplateValues } from '../../domain/messages/index.js';
import { tierOf, type Ruleset, type TierRules } from '../../domain/ruleset.js';
import { nextStepWords, stayStepWords, waysTo, type Way } from '../../domain/tiers/next-step.js';
import { groupStore } from '../groups/group.store.js';
import { type Placement, moveStore } from '../moves/move.store.js';
import { exchangeStore } from '../members/exchange.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { ContactRoutes } from './contact-routes.js';

interface About {
  readonly campaign: Pick<Campaign, 'variables'>;
  readonly reached: number | undefined;
  readonly group: { readonly name: string; readonly owner: string } | null;
  /** The move it is about, once there is one. */
  readonly move?: MoveId | undefined;
}

/** Figures that cost a question of the database; null also where the text does not name them. */
export interface AskedFigures {
  readonly placement: Placement | null;
  readonly percentAhead: number | null;
  readonly friends: number | null;
  readonly groupmates: number | null;
}

export const noFigures: AskedFigures = { placement: null, percentAhead: null, friends: null, groupmates: null };

/** What a text is filled with for one member. */
export async function valuesFor(
  sql: Sql,
  evaluation: Evaluation,
  reach: ContactRoutes,
  about: About,
  context: Context,
  now: number,
): Promise<TemplateValues> {
  return valuesOf({ evaluation, reach, about, figures: await askFigures(sql, evaluation, about) }, context, now);
}

/** Asks for those figures only that the text names. */
export async function askFigures(
  sql: Sql,
  evaluation: Evaluation,
  about: Omit<About, 'reached'>,
): Promise<AskedFigures> {
  const names = (...variables: readonly string[]): boolean =>
    variables.some((name) => about.campaign.variables.includes(name));
  return {
    placement: names('try', 'first_placement', 'moving_down', 'old_group_name')
      ? await placementOf(sql, evaluation, about)
      : null,
    percentAhead: names('percent_ahead') ? await percentAhead(sql, evaluation) : null,
    friends: names('friends_count') ? await exchangeStore.countPartners(sql, evaluation.id) : null,
    groupmates: names('groupmates_count') ? await groupmatesWhoSpoke(sql, evaluation) : null,
  };
}

interface Filling {
  readonly evaluation: Evaluation;
  readonly reach: ContactRoutes;
  readonly about: About;
  readonly figures: AskedFigures;
}

/** As `valuesFor`, with the figures asked for before. */
export function valuesOf(
  { evaluation, reach, about, figures }: Filling,
  context: Context,
  now: number,
): TemplateValues {
  const { values } = evaluation.decision;
  const own = tierOf(context.ruleset, String(values['tier']));
  const next = nextTier(context.ruleset, String(values['tier']));
  const group = about.group ?? reach.room;
  const { placement } = figures;
  return templateValues(
    values,
    {
      nickname: evaluation.stored.state.name || null,
      tier_label: own?.label.zh ?? null,
      next_tier_label: next?.label.zh ?? null,
      next_step: next ? nextStepWords(waysInto(next, evaluation, context.ruleset), next.label.zh) : null,
      stay_step: own ? stayStepWords(waysToStay(own, evaluation, context.ruleset), own.label.zh) : null,
      group_name: group?.name ?? null,
      group_owner: group?.owner ?? null,
      old_group_name: placement?.from ?? null,
      try: placement?.try ?? null,
      first_placement: placement?.first ?? null,
      moving_down: placement && isDown(placement, context.ruleset),
      bot_in_group: reach.room !== null,
      staff_name: reach.staff,
      percent_ahead: figures.percentAhead,
      friends_count: figures.friends,
      groupmates_count: figures.groupmates,
      reached: about.reached ?? null,
      corp_name: context.corpName,
    },
    dayOf(now, context.timeZone),
  );
}

export const nextTier = (ruleset: Ruleset, key: string): TierRules | null =>
  ruleset.tiers[ruleset.tiers.findIndex((tier) => tier.key === key) + 1] ?? null;

/** What would let them into a tier. Whom staff keep where they are gets nowhere by doing more. */
export function waysInto(tier: TierRules, evaluation: Evaluation, ruleset: Ruleset): readonly Way[] {
  const { values, tagNames: tags } = evaluation.decision;
  return tier.enter && evaluation.stored.state.tierLock === null
    ? waysTo(tier.enter, { values, tags, kol: ruleset.kol })
    : [];
}

/** What would keep them in their tier, when they hold neither of its rules any more. */
export function waysToStay(tier: TierRules, evaluation: Evaluation, ruleset: Ruleset): readonly Way[] {
  const { values, tagNames: tags } = evaluation.decision;
  if (evaluation.stored.state.tierLock !== null || tier.enter === null || tier.enter.holds(values, tags)) return [];
  return waysTo(tier.stay ?? tier.enter, { values, tags, kol: ruleset.kol });
}

async function placementOf(
  sql: Sql,
  evaluation: Evaluation,
  { move, group }: Omit<About, 'reached'>,
): Promise<Placement | null> {
  if (move !== undefined) return moveStore.placementOf(sql, move);
  if (group === null) return null;
  // Nobody is moved yet: as their first invitation would be.
  const elsewhere = evaluation.memberships.find(
    ({ tier }) => tier !== null && tier !== evaluation.decision.values['tier'],
  );
  const from = elsewhere ? ((await groupStore.byId(sql, elsewhere.group))?.name ?? null) : null;
  return {
    try: 1,
    first: false,
    from: from === '' ? null : from,
    fromTier: elsewhere?.tier ?? null,
    tier: String(evaluation.decision.values['tier']),
  };
}

function isDown({ fromTier, tier }: Placement, { tiers }: Ruleset): boolean {
  const rank = (key: string | null): number => tiers.findIndex((candidate) => candidate.key === key);
  return rank(tier) < rank(fromTier);
}

/** Of the other people in their groups, the share that has said less, in whole percent; null where nobody else is. */
async function percentAhead(sql: Sql, evaluation: Evaluation): Promise<number | null> {
  const groups = evaluation.memberships.map(({ group }) => group);
  if (groups.length === 0) return null;
  const messages = Number(evaluation.decision.values['messages_total'] ?? 0);
  const { less, others } = await groupStore.othersWhoSaidLess(sql, groups, { member: evaluation.id, messages });
  return others === 0 ? null : Math.floor((less * 100) / others);
}

/** People in the same groups who have spoken there, whether or not to this member. */
async function groupmatesWhoSpoke(sql: Sql, evaluation: Evaluation): Promise<number> {
  const groups = evaluation.memberships.map(({ group }) => group);
  return groups.length === 0 ? 0 : groupStore.othersWhoSpoke(sql, groups, evaluation.id);
}
