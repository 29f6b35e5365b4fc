import type { LocalizedText } from '../localized-text.js';
import type { KolThreshold } from '../kol-level.js';
import { conditionsOf, type CompiledRule, type TracePart } from '../rules/index.js';
import { nextStepOf, type MetricValues } from '../metrics/index.js';

export interface Missing {
  readonly metric: string;
  readonly shortfall: number;
}

/** One way to meet a rule: all of these are needed. */
export type Way = readonly Missing[];

/** What is needed to find the ways to meet a rule. */
export interface StepInput {
  readonly values: MetricValues;
  readonly tags: ReadonlySet<string>;
  /** Thresholds of the KOL levels: a member cannot raise a level directly. */
  readonly kol: readonly KolThreshold[];
}

/** Limits the work for rules with very many alternatives. */
const MOST_WAYS = 16;
const WAYS_SHOWN = 2;
/** Acts in group chats. Without a chat account nobody hears them, so they would bring a member no nearer. */
const TALK: ReadonlySet<string> = new Set(['message', 'talk_day', 'mention', 'mention_person', 'mention_day']);
/** What others do for the member. */
const OF_OTHERS: ReadonlySet<string> = new Set(['mention', 'mention_person', 'mention_day']);

/**
 * The ways in which a member can meet a rule, in the order of its text. They consist of figures with a `nextStep` only, and of
 * none that counts talk while no talk of anybody is heard. Empty when the rule holds already, or when the member cannot meet it.
 */
export function waysTo(rule: CompiledRule, input: StepInput): readonly Way[] {
  const trace = rule.explain(input.values, input.tags);
  if (trace.holds) return [];
  const ways = waysOf(trace.root, input);
  return isTalkHeard(input.values) ? ways : ways.filter((way) => way.every(({ metric }) => !isTalk(metric)));
}

/** Whether the metric counts talk while no talk of anybody is heard: then it is 0 for everybody and says nothing. */
export const isUnheard = (metric: string, values: MetricValues): boolean => isTalk(metric) && !isTalkHeard(values);

/** Null before the first daily review, when nothing is known yet. */
const isTalkHeard = (values: MetricValues): boolean => values['corp_messages_30d'] !== 0;
const isTalk = (metric: string): boolean => TALK.has(nextStepOf(metric)?.act ?? '');

function waysOf(part: TracePart, input: StepInput): readonly Way[] {
  if (part.holds) return [[]];
  if (!('join' in part)) return stepOf(part, input);
  const ways = part.parts.map((each) => waysOf(each, input));
  const all = part.join === 'any' ? ways.flat() : ways.reduce(everyPair, [[]]);
  return all.slice(0, MOST_WAYS);
}

const everyPair = (done: readonly Way[], next: readonly Way[]): readonly Way[] =>
  done.slice(0, MOST_WAYS).flatMap((way) => next.slice(0, MOST_WAYS).map((more) => mergedSteps([...way, ...more])));

/** Merges steps of one act. Any other act of the member also counts as being seen, so `seen` is dropped beside it. */
function mergedSteps(way: Way): Way {
  const byAct = new Map<string, Missing>();
  for (const step of way) {
    const { act } = nextStepOf(step.metric)!;
    const known = byAct.get(act);
    if (!known || known.shortfall < step.shortfall) byAct.set(act, step);
  }
  const active = [...byAct.keys()].some((act) => act !== 'seen' && !OF_OTHERS.has(act));
  return [...byAct].filter(([act]) => act !== 'seen' || !active).map(([, step]) => step);
}

function stepOf(part: TracePart, input: StepInput): readonly Way[] {
  const [value] = conditionsOf(part).flatMap((condition) => condition.values);
  const bound = value?.bound;
  // The rule of the segment stands beside its name: what is missing is missing there.
  if (value?.metric === 'segment') return bound?.op === 'has' ? [[]] : [];
  if (!value || !bound || typeof bound.value !== 'number') return [];
  const atLeast = bound.op === '>=' ? bound.value : bound.op === '>' ? bound.value + 1 : null;
  if (value.metric === 'kol_level') return atLeast === null ? [] : kolWay(atLeast, input);
  if (nextStepOf(value.metric) === undefined) return [];
  if (value.metric.startsWith('days_since_'))
    // Doing it once resets the days to 0.
    return (bound.op === '<=' && bound.value >= 0) || (bound.op === '<' && bound.value > 0)
      ? [[{ metric: value.metric, shortfall: 1 }]]
      : [];
  if (atLeast === null || typeof value.have !== 'number') return [];
  return [[{ metric: value.metric, shortfall: atLeast - value.have }]];
}

function kolWay(level: number, { values, kol }: StepInput): readonly Way[] {
  const mark = kol[level - 1];
  if (!mark) return [];
  const have = (name: string): number => (typeof values[name] === 'number' ? values[name] : 0);
  // How much others answer each post is nothing that a member can be asked for.
  const posts = Math.max(have('posts_30d'), mark.posts ?? 0);
  if ((have('replies_30d') + have('mentions_30d')) * 100 < (mark.qualityPercent ?? 0) * posts) return [];
  const way = [
    {
      metric: 'messages_30d',
      shortfall: Math.max(
        mark.messages - (have('messages_30d') - have('ads_30d')),
        (mark.posts ?? 0) - have('posts_30d'),
      ),
    },
    { metric: 'talk_days_30d', shortfall: mark.activeDays - have('talk_days_30d') },
    { metric: 'mentions_30d', shortfall: mark.mentions - have('mentions_30d') },
    { metric: 'mention_people_30d', shortfall: (mark.mentionPeople ?? 0) - have('mention_people_30d') },
    { metric: 'mention_days_30d', shortfall: (mark.mentionDays ?? 0) - have('mention_days_30d') },
  ].filter(({ shortfall }) => shortfall > 0);
  return way.length === 0 || way.some(({ metric }) => nextStepOf(metric) === undefined) ? [] : [way];
}

const effortOf = (way: Way): number =>
  way.reduce((sum, { metric, shortfall }) => sum + (nextStepOf(metric)?.effort ?? 0) * shortfall, 0);

/** 再下 1 单，就是会员；或者近 30 天再发言 25 条。 Null when there is no way. */
export function nextStepWords(ways: readonly Way[], tierLabel: string): string | null {
  const [first, ...others] = easiestWays(ways);
  return first === undefined ? null : [`${first}，就是${tierLabel}`, ...others].join('；或者');
}

/** Like `nextStepWords`, for keeping the current tier: 再下 1 单，就能留在铁杆。 */
export function stayStepWords(ways: readonly Way[], tierLabel: string): string | null {
  const words = easiestWays(ways);
  return words.length === 0 ? null : `${words.join('，或者')}，就能留在${tierLabel}`;
}

/** The two easiest ways in words, in the order of the rule. */
function easiestWays(ways: readonly Way[]): readonly string[] {
  const easiest = [...ways].sort((a, b) => effortOf(a) - effortOf(b)).slice(0, WAYS_SHOWN);
  return [...new Set(ways.filter((way) => way.length > 0 && easiest.includes(way)).map(wayWords))];
}

function wayWords(way: Way): string {
  let within: string | undefined;
  return way
    .map(({ metric, shortfall }) => {
      const words = nextStepOf(metric)!;
      const named = words.within !== undefined && words.within !== within ? words.within : '';
      within = words.within;
      return named + words.say(shortfall);
    })
    .join('、');
}

/** The easiest way, in both languages; null when there is no way. */
export function easiestWay(ways: readonly Way[]): LocalizedText | null {
  const [way] = [...ways].filter((one) => one.length > 0).sort((a, b) => effortOf(a) - effortOf(b));
  if (!way) return null;
  return { zh: wayWords(way), en: way.map(({ metric, shortfall }) => nextStepOf(metric)!.sayEn(shortfall)).join(', ') };
}

/** The metrics of a rule that a member can raise, each with what it is now and the most that is needed of it. */
export function figuresOf(rule: CompiledRule, { values, tags }: Pick<StepInput, 'values' | 'tags'>): readonly Figure[] {
  const byMetric = new Map<string, Figure>();
  for (const { metric, have, bound } of conditionsOf(rule.explain(values, tags).root).flatMap((each) => each.values)) {
    if (!bound || typeof bound.value !== 'number' || nextStepOf(metric) === undefined) continue;
    if (isUnheard(metric, values)) continue;
    const need = bound.op === '>=' ? bound.value : bound.op === '>' ? bound.value + 1 : null;
    if (need === null || need <= 0 || typeof have !== 'number') continue;
    if (need > (byMetric.get(metric)?.need ?? 0)) byMetric.set(metric, { metric, have, need });
  }
  return [...byMetric.values()];
}

export interface Figure {
  readonly metric: string;
  readonly have: number;
  readonly need: number;
}

/** Whether one way needs a single unit of a single figure (money does not count). */
export const isOneStep = (ways: readonly Way[]): boolean =>
  ways.some((way) => way.length === 1 && way[0]!.shortfall === 1 && nextStepOf(way[0]!.metric)?.act !== 'spend');
