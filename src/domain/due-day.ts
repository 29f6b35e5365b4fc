import { dayOf, type Day } from './day.js';
import type { MemberState, StoredMember } from './member.js';
import type { Campaign } from './messages/index.js';
import { changesOn, type MetricRow } from './metrics/index.js';
import { tierOf, type Ruleset } from './ruleset.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { MemberTag } from './tags.js';
import type { TimeMarks } from './time-marks.js';
import { definitionOf } from './triggers/read-triggers.js';

/** A member is reviewed after this many days at the latest, whatever was computed. */
export const MAX_DAYS_BETWEEN_REVIEWS = 180;

export interface DueInput {
  readonly now: number;
  readonly timeZone: string;
  readonly marks: TimeMarks;
  /** The sums with the days on which they change, and the day columns. */
  readonly figures: MetricRow;
  /** Days on which something ends by itself (`deadlinesOf`). */
  readonly deadlines: readonly Day[];
  /** The next days on which campaigns follow the calendar (`datesOf`). */
  readonly dates: readonly Day[];
  /**
   * Today's outcome may lead to another one: it changed the tier, the stage or the tags, which other rules read, or there is
   * an occasion for a message, which may not have been answered.
   */
  readonly isUnsettled: boolean;
}

/**
 * The first day after today on which the evaluation of the member can come to another outcome although no fact has come: a
 * day leaves the window of a sum, a date reaches an age that a rule asks for, or a deadline passes. Until then the nightly
 * review leaves the member out, so that its work grows with the members whose outcome can change and not with all. A day that
 * is too early costs one evaluation; a day that is too late is a fault.
 */
export function dueDayOf(input: DueInput): Day {
  const today = dayOf(input.now, input.timeZone);
  let due = today + (input.isUnsettled ? 1 : MAX_DAYS_BETWEEN_REVIEWS);
  for (const day of changeDays(input, today)) if (day > today && day < due) due = day;
  return due;
}

function* changeDays({ figures, marks, deadlines, dates }: DueInput, today: Day): Generator<Day> {
  for (const name of changesOn) {
    const leavesWindow = figures[name];
    if (typeof leavesWindow === 'number') yield leavesWindow;
  }
  for (const column of marks.everyDay) if (typeof figures[column] === 'number') yield today + 1;
  for (const [column, ages] of marks.ages) {
    const day = figures[column];
    if (typeof day !== 'number') continue;
    const next = ages.find((age) => day + age > today);
    if (next !== undefined) yield day + next;
  }
  yield* dates;
  yield* deadlines;
}

const calendarCampaigns = new WeakMap<RulesetWithCampaigns, readonly Campaign[]>();

/** The next days after today on which campaigns fire for this member by the calendar alone: a birthday, a festival. */
export function datesOf(ruleset: RulesetWithCampaigns, state: MemberState, today: Day): Day[] {
  let campaigns = calendarCampaigns.get(ruleset);
  if (!campaigns) {
    campaigns = ruleset.campaigns.filter(({ trigger }) => definitionOf(trigger).nextDay !== undefined);
    calendarCampaigns.set(ruleset, campaigns);
  }
  return campaigns.flatMap(({ trigger }) => definitionOf(trigger).nextDay?.(trigger, { ruleset, state }, today) ?? []);
}

/** The days on which the grace period, the probation, the hold, the minimum dwell and the minimum days of tags end. */
export function deadlinesOf(
  member: Pick<StoredMember, 'tier' | 'tierSince' | 'graceUntil' | 'heldUntil' | 'probationUntil'>,
  tags: ReadonlyMap<string, MemberTag>,
  ruleset: Pick<Ruleset, 'tiers' | 'tags'>,
  timeZone: string,
): Day[] {
  const { tierSince, graceUntil, heldUntil, probationUntil } = member;
  const dwellDays = tierOf(ruleset, member.tier)?.minDwellDays;
  return [
    ...[graceUntil, heldUntil, probationUntil].flatMap((until) => (until === null ? [] : [dayOf(until, timeZone)])),
    ...(tierSince === null || dwellDays === undefined ? [] : [dayOf(tierSince, timeZone) + dwellDays]),
    ...ruleset.tags.flatMap(({ name, minDays = 0 }) => {
      const since = tags.get(name)?.since;
      return minDays > 0 && since !== undefined ? [dayOf(since, timeZone) + minDays] : [];
    }),
  ];
}
