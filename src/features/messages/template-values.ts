import { dayOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MoveId } from '../../domain/ids.js';
import { memberPageOf } from '../../domain/member-page.js';
import { templateValues, variablesWith, type Campaign, type TemplateValues } from '../../domain/messages/index.js';
import { tierOf, type Ruleset, type TierRules } from '../../domain/ruleset.js';
import { isKeptByFloor } from '../../domain/tiers/floor.js';
import { nextStepWords, stayStepWords, waysTo, type Way } from '../../domain/tiers/next-step.js';
import { assistantLinkFor } from '../service/service-ways.js';
import { groupStore } from '../groups/group.store.js';
import { groupPeopleStore } from '../groups/group-people.store.js';
import { type Placement, moveStore } from '../moves/move.store.js';
import { exchangeStore } from '../members/exchange.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Moment, Run } from '../run.js';
import type { ContactRoutes } from './contact-routes.js';

/** What the message is about. */
interface About {
  readonly campaign: Pick<Campaign, 'variables'> & Partial<Pick<Campaign, 'key'>>;
  /** The mark that a milestone has reached. */
  readonly reached: number | undefined;
  /** The group of an invitation. */
  readonly group: { readonly name: string; readonly owner: string } | null;
  /** The move of an invitation. */
  readonly move?: MoveId | undefined;
}

/** Figures that cost a query; null also if the text does not name them. */
export interface LoadedFigures {
  readonly placement: Placement | null;
  readonly percentAhead: number | null;
  readonly friends: number | null;
  readonly groupmates: number | null;
  readonly assistantLink: string | null;
}

export const noFigures: LoadedFigures = {
  placement: null,
  percentAhead: null,
  friends: null,
  groupmates: null,
  assistantLink: null,
};

interface ValueSources {
  readonly evaluation: Evaluation;
  readonly routes: ContactRoutes;
  readonly about: About;
}

/** The values of the template variables for one member. */
export async function loadTemplateValues(run: Run, sources: ValueSources): Promise<TemplateValues> {
  const figures = await loadFigures(run.tx, sources.evaluation, sources.about);
  return buildTemplateValues({ ...sources, figures }, run);
}

/** Loads only the figures that the text names. */
export async function loadFigures(
  sql: Sql,
  evaluation: Evaluation,
  about: Omit<About, 'reached'>,
): Promise<LoadedFigures> {
  const namesAny = (...variables: readonly string[]): boolean =>
    variables.some((name) => about.campaign.variables.includes(name));
  return {
    placement: namesAny('try', 'first_placement', 'moving_down', 'old_group_name')
      ? await placementOf(sql, evaluation, about)
      : null,
    percentAhead: namesAny('percent_ahead') ? await percentAhead(sql, evaluation) : null,
    friends: namesAny('friends_count') ? await exchangeStore.countPartners(sql, evaluation.id) : null,
    groupmates: namesAny('groupmates_count') ? await groupmatesWhoSpoke(sql, evaluation) : null,
    assistantLink: namesAny('assistant_link') ? await assistantLinkFor(sql, about.campaign.key ?? '') : null,
  };
}

/** As `loadTemplateValues`, with figures that the caller has loaded. */
export function buildTemplateValues(
  { evaluation, routes, about, figures }: ValueSources & { readonly figures: LoadedFigures },
  { context, now }: Moment,
): TemplateValues {
  const { values } = evaluation.decision;
  const own = tierOf(context.ruleset, String(values['tier']));
  const next = nextTier(context.ruleset, String(values['tier']));
  const group = about.group ?? routes.room;
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
      bot_in_group: routes.room !== null,
      staff_name: routes.staff,
      percent_ahead: figures.percentAhead,
      friends_count: figures.friends,
      groupmates_count: figures.groupmates,
      assistant_link: figures.assistantLink,
      reached: about.reached ?? null,
      corp_name: context.corpName,
      member_page: context.consoleUrl === undefined ? null : memberPageOf(context.consoleUrl),
    },
    dayOf(now, context.timeZone),
    variablesWith(context.vocabulary.own),
  );
}

export const nextTier = (ruleset: Ruleset, key: string): TierRules | null =>
  ruleset.tiers[ruleset.tiers.findIndex((tier) => tier.key === key) + 1] ?? null;

/** The ways to enter a tier. None for a member whose tier staff have locked, because activity does not move them. */
export function waysInto(tier: TierRules, evaluation: Evaluation, ruleset: Ruleset): readonly Way[] {
  const { values, tagNames: tags } = evaluation.decision;
  return tier.enter && tier.enabled !== false && evaluation.stored.state.tierLock === null
    ? waysTo(tier.enter, { values, tags, kol: ruleset.kol })
    : [];
}

/** The ways to stay in a tier. None while the member holds its entry rule, or while a lock or a floor keeps the tier. */
export function waysToStay(tier: TierRules, evaluation: Evaluation, ruleset: Ruleset): readonly Way[] {
  const { values, tagNames: tags } = evaluation.decision;
  const isKept =
    evaluation.stored.state.tierLock !== null || isKeptByFloor(tier.key, evaluation.decision.tier.floor, ruleset.tiers);
  if (isKept || tier.enabled === false || tier.enter === null || tier.enter.holds(values, tags)) return [];
  return waysTo(tier.stay ?? tier.enter, { values, tags, kol: ruleset.kol });
}

async function placementOf(
  sql: Sql,
  evaluation: Evaluation,
  { move, group }: Omit<About, 'reached'>,
): Promise<Placement | null> {
  if (move !== undefined) return moveStore.placementOf(sql, move);
  if (group === null) return null;
  // There is no move yet: the text is filled as for a first invitation.
  const otherTier = evaluation.memberships.find(
    ({ tier }) => tier !== null && tier !== evaluation.decision.values['tier'],
  );
  const from = otherTier ? ((await groupStore.byId(sql, otherTier.group))?.name ?? null) : null;
  return {
    try: 1,
    first: false,
    from: from === '' ? null : from,
    fromTier: otherTier?.tier ?? null,
    tier: String(evaluation.decision.values['tier']),
  };
}

function isDown({ fromTier, tier }: Placement, { tiers }: Ruleset): boolean {
  const rank = (key: string | null): number => tiers.findIndex((candidate) => candidate.key === key);
  return rank(tier) < rank(fromTier);
}

/** The share of the other people in their groups who have said less, in whole percent; null if there is nobody else. */
async function percentAhead(sql: Sql, evaluation: Evaluation): Promise<number | null> {
  const groups = evaluation.memberships.map(({ group }) => group);
  if (groups.length === 0) return null;
  const messages = Number(evaluation.decision.values['messages_total'] ?? 0);
  const { less, others } = await groupPeopleStore.othersWhoSaidLess(sql, groups, { member: evaluation.id, messages });
  return others === 0 ? null : Math.floor((less * 100) / others);
}

/** How many other people in their groups have spoken there, not only to this member. */
async function groupmatesWhoSpoke(sql: Sql, evaluation: Evaluation): Promise<number> {
  const groups = evaluation.memberships.map(({ group }) => group);
  return groups.length === 0 ? 0 : groupPeopleStore.othersWhoSpoke(sql, groups, evaluation.id);
}
