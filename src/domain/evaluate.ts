import type { Context } from './context.js';
import { dayOf, type Day, momentOf } from './day.js';
import type { MemberId } from './ids.js';
import { datesOf, deadlinesOf, dueDayOf } from './due-day.js';
import { stateColumns, type StoredMember } from './member.js';
import { layerRow } from './layers/layers.js';
import type { Membership } from './moves/move.js';
import type { StoredTag, TagRef } from './tags.js';
import { type MetricRow, readMetrics, rowFrom } from './metrics/index.js';
import { nothingCounted, storedOwn, type OwnInputs, ownDays } from './metrics/own-metrics.js';
import { type Subject, type Decision, type ReturnActivity, decide } from './decide.js';
import { type Ruleset, type TierRules, tierOf } from './ruleset.js';
import { type MemberFact, factsOf } from './member-fact.js';
import { definitionOf } from './triggers/read-triggers.js';
import { type Occasion, occasionsOf, chooseWelcomes } from './occasions.js';
import type { SeriesState } from './series/series.js';
import { nothingInSeries, stepAllSeries, type SeriesOutcome } from './series/member-series.js';
import type { MessageOutcome } from './series/step-series.js';
import type { TierChange } from './tiers/tier-policy.js';
import { timeMarksOf } from './time-marks.js';

/** One evaluated member: the stored state, the decision, and the occasions for messages. */
export interface Evaluation {
  readonly id: MemberId;
  readonly stored: StoredMember;
  readonly subject: Subject;
  readonly decision: Decision;
  readonly facts: readonly MemberFact[];
  readonly memberships: readonly Membership[];
  readonly occasions: readonly Occasion[];
  readonly series: SeriesOutcome;
  readonly tags: ReadonlyMap<string, StoredTag>;
  readonly next: Next;
  /** Something waits for a person's yes. Left out: nothing does. */
  readonly isHeldBack?: boolean;
}

/** The tier that members see; the lowest while none is known. Undefined only without tiers. */
export const shownTierOf = ({ stored, decision }: Evaluation, ruleset: Pick<Ruleset, 'tiers'>): TierRules | undefined =>
  tierOf(ruleset, stored.tier ?? String(decision.values['tier'])) ?? ruleset.tiers[0];

/** What is stored of the member after the evaluation. */
export interface Next {
  readonly stored: StoredMember;
  readonly figures: MetricRow;
  /** Tier, stage or tags changed, or the member was warned: the member's timeline shows it. */
  readonly changed: boolean;
  /** The tags must be synced to WeCom: they changed, or the member is a contact again (WeCom forgets tags of lost contacts). */
  readonly tagsChanged: boolean;
}

/** What is loaded of one member beside their own row. */
export interface EvaluationInput {
  readonly sums: MetricRow | undefined;
  /** For an admin's own metrics. Absent where nothing was ever counted. */
  readonly own: OwnInputs | undefined;
  /** Absent for members who were never silent for long. */
  readonly returnActivity: ReturnActivity | undefined;
  readonly memberships: readonly Membership[] | undefined;
  readonly tags: ReadonlyMap<string, StoredTag> | undefined;
  readonly wayTags: readonly TagRef[] | undefined;
  /** Recent changes of tier by the rules. */
  readonly changes: readonly TierChange[] | undefined;
  /** Left out: series are not looked at. */
  readonly series: readonly SeriesState[] | undefined;
  /** What became of the messages that series wait for. */
  readonly seriesMessages: ReadonlyMap<string, MessageOutcome> | undefined;
  readonly facts: readonly MemberFact[] | undefined;
  /** The names of the links that the facts say were opened, by code. */
  readonly links: ReadonlyMap<string, string> | undefined;
  /** Old figures were summed anew (recount, merge). They count, but cause no congratulation. */
  readonly isRecalculation: boolean;
  /** A review waits for a person's yes: the rules neither move the member meanwhile nor write to them by the calendar. */
  readonly isHeld: boolean;
  /** The rules do not move the member yet: a review is to count first whom they all move. Messages go as always. */
  readonly movesWait: boolean;
}

export function evaluate(
  stored: StoredMember,
  input: Partial<EvaluationInput>,
  context: Context,
  now: number,
): Evaluation {
  const { memberships = [], tags = new Map(), facts = [], isRecalculation = false, isHeld = false } = input;
  const { subject, figures } = subjectOf(stored, input, context, now);
  const decision = decide(subject, context.ruleset, { now, timeZone: context.timeZone });
  const added = factsOf(facts, 'contact_added');
  const latestAt = isRecalculation ? 'recalculated' : latestOf(facts);
  const found = occasionsOf(
    { subject, decision, ruleset: context.ruleset, added, facts, links: input.links, latestAt },
    now,
  );
  const stepped = input.series ? seriesOutcome({ stored, subject, decision }, input, context, now) : nothingInSeries;
  const series = isHeld ? nothingInSeries : stepped;
  const byCampaigns = isHeld ? found.filter(({ campaign }) => definitionOf(campaign.trigger).goesOneByOne) : found;
  const isHeldBack =
    decision.tier.isHeld === true ||
    byCampaigns.length < found.length ||
    series.changed.length < stepped.changed.length;
  const occasions = [...byCampaigns, ...series.occasions];
  const next = nextOf(
    { stored, figures, subject, decision, occasions, series, own: input.own },
    added.length > 0,
    context,
    now,
  );
  return {
    id: stored.state.id,
    stored,
    subject,
    decision,
    facts,
    memberships,
    series,
    tags,
    occasions: chooseWelcomes(occasions, added, context.ways),
    isHeldBack,
    // The member stays due, so that the review that waits evaluates them.
    next: isHeldBack ? { ...next, stored: { ...next.stored, reviewedDay: stored.reviewedDay, dueDay: 0 } } : next,
  };
}

function seriesOutcome(
  { stored, subject, decision }: Pick<Evaluation, 'stored' | 'subject' | 'decision'>,
  { memberships, seriesMessages }: Partial<EvaluationInput>,
  { ruleset, timeZone }: Context,
  now: number,
): SeriesOutcome {
  const isNear = stored.state.isContact || (memberships?.length ?? 0) > 0;
  return stepAllSeries(
    { subject, decision, isNear, messages: seriesMessages ?? new Map<string, MessageOutcome>() },
    ruleset,
    { now, timeZone },
  );
}

/** `figures`: the counted columns, and the values of the admin's own metrics as they are stored. */
function subjectOf(
  stored: StoredMember,
  {
    sums,
    own,
    returnActivity,
    memberships,
    tags,
    wayTags,
    isHeld,
    movesWait,
    changes,
    series,
  }: Partial<EvaluationInput>,
  context: Context,
  now: number,
): { readonly subject: Subject } & Pick<Next, 'figures'> {
  const { state } = stored;
  const today = dayOf(now, context.timeZone);
  const ownMetrics = context.vocabulary.own ?? [];
  const figures = rowFrom(sums ?? {}, stored.figures, {
    ...stateColumns(stored),
    groups_count: memberships?.length ?? 0,
    own: storedOwn(ownMetrics, own ?? nothingCounted),
  });
  const subject: Subject = {
    member: state,
    before: stored.reviewedDay > 0 ? readMetrics(stored.figures, stored.reviewedDay, context.corp, ownMetrics) : null,
    values: valuesOf(figures, today, context),
    tier: {
      tier: stored.tier,
      since: stored.tierSince,
      lock: state.tierLock?.tier ?? null,
      graceUntil: stored.graceUntil,
      graceTo: stored.graceTo,
      changes: (changes ?? []).filter(({ at }) => at > state.heldReleasedAt),
    },
    stage: {
      stage: stored.stage,
      probationUntil: stored.probationUntil === null ? null : dayOf(stored.probationUntil, context.timeZone),
    },
    returnActivity: returnActivity ?? { today, returnedOn: null, activeDays: [] },
    tags: tags ?? new Map(),
    wayTags: wayTags ?? [],
    groupNames: memberships?.flatMap(({ name }) => name ?? []) ?? [],
    series,
    isHeld: (isHeld ?? false) || (movesWait ?? false),
  };
  return { subject, figures };
}

function valuesOf(figures: MetricRow, today: Day, { corp, vocabulary }: Context): Subject['values'] {
  const values = readMetrics(figures, today, corp, vocabulary.own);
  // Used for the KOL level only: no rule and no text names it, so it is not stored.
  values['talk_days_30d'] = figures['talk_days_30d'] ?? 0;
  return values;
}

export const latestOf = (facts: readonly MemberFact[]): number | null =>
  facts.reduce<number | null>((latest, { fact }) => Math.max(latest ?? fact.at, fact.at), null);

function nextOf(
  evaluated: Pick<Evaluation, 'stored' | 'subject' | 'decision' | 'occasions' | 'series'> &
    Pick<Next, 'figures'> &
    Pick<Partial<EvaluationInput>, 'own'>,
  isContactAgain: boolean,
  context: Context,
  now: number,
): Next {
  const { stored, subject, decision, series } = evaluated;
  const { timeZone } = context;
  const own = context.vocabulary.own ?? [];
  const { verdict } = decision.tier;
  const entered = verdict.kind === 'entered';
  const warned = verdict.kind === 'warned';
  const keepsGrace = verdict.kind === 'kept';
  const tagsChanged = decision.tags.length + series.tags.length > 0 || (isContactAgain && subject.tags.size > 0);
  const next = {
    ...stored,
    tier: entered ? verdict.to : stored.tier,
    tierSince: entered ? now : stored.tierSince,
    graceUntil: warned ? verdict.until : keepsGrace ? stored.graceUntil : null,
    graceTo: warned ? verdict.to : keepsGrace ? stored.graceTo : null,
    heldUntil: decision.tier.swing?.until ?? null,
    heldTo: decision.tier.swing?.to ?? null,
    stage: decision.stage?.to ?? stored.stage,
    stageSince: decision.stage && decision.stage.to !== stored.stage ? now : stored.stageSince,
    probationUntil: probationEnd(decision, timeZone, stored.probationUntil),
    reviewedDay: dayOf(now, timeZone),
    tagsVersion: stored.tagsVersion + (tagsChanged ? 1 : 0),
  };
  const isNewlyHeld = next.heldUntil !== null && stored.heldUntil === null;
  const changed =
    entered ||
    decision.stage !== null ||
    decision.tags.length > 0 ||
    warned ||
    isNewlyHeld ||
    series.events.length + series.tags.length > 0;
  const dueDay = dueDayOf({
    now,
    timeZone,
    marks: timeMarksOf(context),
    figures:
      own.length === 0 ? evaluated.figures : { ...evaluated.figures, ...ownDays(own, evaluated.own ?? nothingCounted) },
    deadlines: deadlinesOf(next, subject.tags, context.ruleset, timeZone),
    dates: datesOf(context.ruleset, stored.state, dayOf(now, timeZone)),
    isUnsettled: changed || evaluated.occasions.length > 0,
  });
  return {
    stored: { ...next, dueDay },
    figures: Object.assign({ ...evaluated.figures }, { kol_level: decision.kolLevel }, layerRow(decision.values)),
    changed,
    tagsChanged,
  };
}

/** The end of the probation as stored: the first moment of the day after its last day (epoch ms). */
function probationEnd({ stage }: Decision, timeZone: string, stored: number | null): number | null {
  if (!stage) return stored;
  return stage.probationUntil === null ? null : momentOf(stage.probationUntil, 0, timeZone);
}
