import { assertNever } from '../assert-never.js';
import type { Because } from '../because.js';
import { dayOf, daysAfter, HOUR_MS, minuteOfDay, momentOf, type LocalMoment } from '../day.js';
import type { MetricValues } from '../metrics/index.js';
import type { CompiledRule } from '../rules/index.js';
import { becauseOf } from '../ruleset.js';
import {
  seriesOccasion,
  type Series,
  type SeriesEnd,
  type SeriesEvent,
  type SeriesState,
  type Step,
} from './series.js';

/** The message of a step that is not sent is planned on so many days, and then the series goes on without it. */
export const MOST_TRIES = 7;

/** What a series reads of one member. */
export interface SeriesMember {
  readonly values: MetricValues;
  readonly tagNames: ReadonlySet<string>;
  readonly optedOut: boolean;
  /** A contact, or in a group. */
  readonly isNear: boolean;
}

/** What became of a planned message: it went or may have gone, it is still to go, or it will not go. */
export type MessageOutcome = 'gone' | 'open' | 'not_sent' | 'never';

export interface SeriesInput {
  /** Under which the member goes through the series. Undefined: it is gone. */
  readonly definition: Series | undefined;
  /** In force for those who enter now. Undefined: nobody does. */
  readonly current: { readonly series: Series; readonly version: number } | undefined;
  readonly state: SeriesState | undefined;
  readonly member: SeriesMember;
  /** Why a message of this template cannot be planned for the member; null when it can. */
  refusal(template: string): string | null;
  /** Undefined: no such message was planned. */
  outcomeOf(occasion: string): MessageOutcome | undefined;
}

/** What is to be done for a step. */
export type SeriesEffect =
  | {
      readonly kind: 'send';
      readonly template: string;
      readonly occasion: string;
      readonly series: string;
      readonly entry: number;
      readonly step: string;
      readonly version: number;
    }
  | { readonly kind: 'tag'; readonly name: string; readonly group: string; readonly add: boolean };

export interface SeriesStepped {
  /** The same object when nothing changed. */
  readonly state: SeriesState | undefined;
  readonly effects: readonly SeriesEffect[];
  readonly events: readonly SeriesEvent[];
}

/**
 * Takes one member through one series as far as this moment allows. A second call at the same moment changes nothing and has
 * no effects: each step is done once in an entry, whatever is edited meanwhile.
 */
export function stepSeries(input: SeriesInput, moment: LocalMoment): SeriesStepped {
  const { state, definition } = input;
  if (state === undefined || state.endedAt !== null) return tryToEnter(input, moment);
  const walk = new Walk(definition, state, input, moment);
  return walk.go();
}

function tryToEnter({ state, current, ...rest }: SeriesInput, moment: LocalMoment): SeriesStepped {
  const unchanged = notEntered(state, moment);
  if (current === undefined || (state !== undefined && current.series.once === 'ever')) return unchanged;
  const { series, version } = current;
  const { values, tagNames, optedOut, isNear } = rest.member;
  const holds = series.enter.holds(values, tagNames);
  if (state !== undefined && !holds)
    return state.isRearmed ? unchanged : changedTo({ ...state, isRearmed: true, dueAt: null });
  if (!holds || !series.enabled || optedOut || series.exit?.holds(values, tagNames)) return unchanged;
  if (state !== undefined) {
    const opensAt = daysAfter(state.endedAt!, series.reenterAfterDays, moment.timeZone);
    if (!state.isRearmed) return unchanged;
    if (moment.now < opensAt) return state.dueAt === opensAt ? unchanged : changedTo({ ...state, dueAt: opensAt });
  }
  const { now } = moment;
  const entered: SeriesState = {
    ...{ series: series.key, enteredAt: now, version, step: series.steps[0]!.key, stepAt: now, done: [], tries: 0 },
    ...{ sentAt: null, dueAt: null, wasNear: isNear, endedAt: null, ended: null, isRearmed: false },
  };
  const walk = new Walk(series, entered, { ...rest, current, state: entered }, moment);
  walk.note('entered', reasonOf(series, version, series.enter, rest.member));
  return walk.go();
}

/** A time at which a member could enter again, and did not, is over: otherwise they would be looked at for ever. */
function notEntered(state: SeriesState | undefined, { now }: LocalMoment): SeriesStepped {
  const isOver = state !== undefined && state.dueAt !== null && state.dueAt <= now;
  return isOver ? changedTo({ ...state, dueAt: null }) : { state, effects: [], events: [] };
}

const changedTo = (state: SeriesState): SeriesStepped => ({ state, effects: [], events: [] });

const reasonOf = (
  { key }: Pick<Series, 'key'>,
  version: number,
  rule: CompiledRule,
  { values, tagNames }: SeriesMember,
): Because => becauseOf(`series:${key}`, version, rule.explain(values, tagNames));

const plainReason = (series: string, version: number, reason: string): Because => ({
  ...{ rule: `series:${series}`, version, values: [], reasons: [reason] },
});

/** One member on the way through one entry. */
class Walk {
  private readonly effects: SeriesEffect[] = [];
  private readonly events: SeriesEvent[] = [];

  constructor(
    private readonly series: Series | undefined,
    private state: SeriesState,
    private readonly input: SeriesInput,
    private readonly moment: LocalMoment,
  ) {}

  go(): SeriesStepped {
    const before = this.state;
    if (!this.endsAtOnce()) while (this.takeStep());
    const state = isSame(before, this.state) && this.events.length === 0 ? this.input.state : this.state;
    return { state, effects: this.effects, events: this.events };
  }

  note(what: SeriesEvent['what'], because: Because, rest: Pick<SeriesEvent, 'end' | 'step'> = {}): void {
    const series = this.series ?? { key: this.state.series, label: { zh: this.state.series, en: this.state.series } };
    this.events.push({ series: { key: series.key, label: series.label }, what, because, ...rest });
  }

  private endsAtOnce(): boolean {
    const { member } = this.input;
    if (!this.series) return this.end('removed');
    if (member.optedOut) return this.end('opted_out');
    if (this.state.wasNear && !member.isNear) return this.end('left');
    const { exit } = this.series;
    if (exit?.holds(member.values, member.tagNames))
      return this.end('exit', reasonOf(this.series, this.state.version, exit, member));
    return false;
  }

  private end(end: SeriesEnd, because = plainReason(this.state.series, this.state.version, end)): true {
    const isRearmed = this.isAway();
    this.state = { ...this.state, step: null, dueAt: null, tries: 0, endedAt: this.moment.now, ended: end, isRearmed };
    this.note('ended', because, { end });
    return true;
  }

  /** `enter` does not hold at the end already, so that it can begin to hold again. */
  private isAway(): boolean {
    const { current, member } = this.input;
    if (current?.series.once !== 'per_entry') return false;
    return !current.series.enter.holds(member.values, member.tagNames);
  }

  /** Answers whether the member came further. */
  private takeStep(): boolean {
    const step = this.series!.steps.find(({ key }) => key === this.state.step);
    if (!step) return !this.end('removed');
    if (this.state.tries > 0 && step.deed.kind === 'send') return this.followUp(step, step.deed.template);
    const due = dueAt(step, this.state, this.moment.timeZone);
    if (this.moment.now < due) return this.waitUntil(due);
    const { values, tagNames } = this.input.member;
    if (step.onlyIf && !step.onlyIf.holds(values, tagNames)) {
      this.note('passed_over', reasonOf(this.series!, this.state.version, step.onlyIf, this.input.member), {
        step: step.key,
      });
      return this.goOn(step);
    }
    return this.perform(step);
  }

  private perform(step: Step): boolean {
    const { deed } = step;
    const { values, tagNames } = this.input.member;
    switch (deed.kind) {
      case 'send':
        return this.send(step, deed.template);
      case 'tag':
        if (tagNames.has(deed.name) !== deed.add)
          this.effects.push({ kind: 'tag', name: deed.name, group: deed.group, add: deed.add });
        return this.goOn(step);
      case 'wait': {
        if (deed.until.holds(values, tagNames)) return this.goOn(step);
        const until = daysAfter(this.state.stepAt, deed.atMostDays, this.moment.timeZone);
        if (this.moment.now < until) return this.waitUntil(until);
        return deed.otherwise === 'exit' ? !this.end('waited') : this.goOn(step);
      }
      default:
        return assertNever(deed);
    }
  }

  private send(step: Step, template: string): boolean {
    const nth = this.state.tries + 1;
    const refusal = this.input.refusal(template);
    if (refusal === null) {
      const { series, enteredAt: entry, version } = this.state;
      const occasion = seriesOccasion(this.state, step.key, nth);
      this.effects.push({ kind: 'send', template, occasion, series, entry, step: step.key, version });
    } else if (nth === 1)
      this.note('passed_over', plainReason(this.state.series, this.state.version, refusal), { step: step.key });
    this.state = { ...this.state, sentAt: this.moment.now };
    if (this.series!.onSuppressed === 'go_on') return this.goOn(step);
    this.state = { ...this.state, tries: nth };
    return this.waitUntil(this.tomorrow());
  }

  /** The message was planned, and the series waits until it has gone. */
  private followUp(step: Step, template: string): boolean {
    const { tries, sentAt } = this.state;
    const { now, timeZone } = this.moment;
    const outcome = this.input.outcomeOf(seriesOccasion(this.state, step.key, tries)) ?? 'not_sent';
    if (outcome === 'gone' || outcome === 'never') return this.goOn(step);
    const isNewDay = dayOf(now, timeZone) > dayOf(sentAt ?? 0, timeZone);
    if (outcome === 'open' || !isNewDay) return this.waitUntil(this.tomorrow());
    return tries >= MOST_TRIES ? this.goOn(step) : this.send(step, template);
  }

  private goOn({ key }: Step): boolean {
    const done = [...this.state.done, key];
    const { steps } = this.series!;
    const following = steps
      .slice(steps.findIndex((step) => step.key === key) + 1)
      .find((step) => !done.includes(step.key));
    this.state = { ...this.state, done, tries: 0, dueAt: null };
    if (!following) return !this.end('done');
    this.state = { ...this.state, step: following.key, stepAt: this.moment.now };
    return true;
  }

  private waitUntil(due: number): false {
    this.state = { ...this.state, dueAt: due };
    return false;
  }

  private tomorrow(): number {
    return daysAfter(this.moment.now, 1, this.moment.timeZone);
  }
}

const isSame = (a: SeriesState, b: SeriesState): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * When a step is due (epoch ms). Periods are calendar days. A member gets one message of a series a day: when several have
 * become due together, the others follow on the next days.
 */
export function dueAt(
  { time, deed }: Pick<Step, 'time' | 'deed'>,
  { enteredAt, stepAt, sentAt }: Pick<SeriesState, 'enteredAt' | 'stepAt' | 'sentAt'>,
  timeZone: string,
): number {
  const { onDay, afterDays, afterHours, atMinute } = time;
  const minute = atMinute ?? 0;
  const dayAfter = (since: number, days: number): number => momentOf(dayOf(since, timeZone) + days, minute, timeZone);
  const base =
    onDay !== undefined
      ? dayAfter(enteredAt, onDay)
      : afterDays !== undefined
        ? dayAfter(stepAt, afterDays)
        : nextTime(stepAt + (afterHours ?? 0) * HOUR_MS, atMinute, timeZone);
  return deed.kind === 'send' && sentAt !== null ? Math.max(base, dayAfter(sentAt, 1)) : base;
}

/** The first moment at or after `from` at which the clock shows this minute of the day. */
function nextTime(from: number, minute: number | undefined, timeZone: string): number {
  if (minute === undefined) return from;
  const isOver = minuteOfDay(from, timeZone) > minute;
  const day = dayOf(from, timeZone) + (isOver ? 1 : 0);
  return Math.max(from, momentOf(day, minute, timeZone));
}
