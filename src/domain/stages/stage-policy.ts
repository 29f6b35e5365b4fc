import type { LocalizedText } from '../localized-text.js';
import type { Day } from '../day.js';

export type Stage = 'new' | 'active' | 'paying' | 'dozing' | 'asleep' | 'lost' | 'returned';

export const stages: readonly { readonly key: Stage; readonly label: LocalizedText }[] = [
  { key: 'new', label: { zh: '新成员', en: 'new' } },
  { key: 'active', label: { zh: '活跃', en: 'active' } },
  { key: 'paying', label: { zh: '付费', en: 'paying' } },
  { key: 'dozing', label: { zh: '预警', en: 'dozing' } },
  { key: 'asleep', label: { zh: '沉睡', en: 'asleep' } },
  { key: 'lost', label: { zh: '流失', en: 'lost' } },
  { key: 'returned', label: { zh: '回流', en: 'returned' } },
];

/** Every figure is days, except `activeDays` (of 30) and `activeInteractions` (in 30 days). */
export interface StageThresholds {
  readonly newDays: number;
  readonly activeDays: number;
  readonly activeInteractions: number;
  readonly dozingDays: number;
  readonly asleepDays: number;
  readonly lostDays: number;
  readonly probationDays: number;
}

/** One day on which a member did something, with the content interactions of that day. */
export interface ActiveDay {
  readonly day: Day;
  readonly interactions: number;
}

/** All of it follows from the days on which things happened, none from when we were told or looked: late facts change it. */
export interface StageFigures {
  readonly today: Day;
  readonly silentDays: number | null;
  readonly joinedDays: number | null;
  readonly activeDays30d: number;
  readonly interactions30d: number;
  readonly ordersTotal: number;
  /** The day on which the latest silence of `asleepDays` or more ended; null when there was none. */
  readonly returnedOn: Day | null;
  /** In order, from 30 days before `returnedOn` on; needed once the probation that began then is over. */
  readonly activeDays: readonly ActiveDay[];
}

export interface StageVerdict {
  readonly stage: Stage;
  /** While returned: the day on which the probation is over. */
  readonly probationUntil: Day | null;
  /** The threshold that spoke, for the because. */
  readonly because: { readonly metric: string; readonly have: number | null; readonly need: string };
}

/**
 * The one lifecycle stage a member is in. Silence is looked at first; who wakes up after `asleep` or `lost` is on
 * probation, and falls back to lost when it ends without activity. Between active and silent there is nothing better
 * to say than "dozing": seen within the month, but rarely.
 */
export function decideStage(figures: StageFigures, thresholds: StageThresholds): StageVerdict {
  const silent = figures.silentDays ?? figures.joinedDays;
  const because = (metric: string, have: number | null, need: string) => ({ metric, have, need });
  const plain = (stage: Stage, reason: StageVerdict['because']): StageVerdict => ({
    stage,
    probationUntil: null,
    because: reason,
  });

  if (silent !== null && silent >= thresholds.lostDays)
    return plain('lost', because('days_since_last_seen', silent, `≥ ${thresholds.lostDays}`));
  if (silent !== null && silent >= thresholds.asleepDays)
    return plain('asleep', because('days_since_last_seen', silent, `≥ ${thresholds.asleepDays}`));

  const probation = probationOf(figures, thresholds);
  if (probation?.outcome === 'going_on')
    return {
      stage: 'returned',
      probationUntil: probation.until,
      because: because('days_since_last_seen', silent, `< ${thresholds.asleepDays}`),
    };
  if (probation?.outcome === 'failed')
    return plain('lost', because('active_days_30d', figures.activeDays30d, `< ${thresholds.activeDays}`));

  if (silent !== null && silent >= thresholds.dozingDays)
    return plain('dozing', because('days_since_last_seen', silent, `≥ ${thresholds.dozingDays}`));
  if (figures.ordersTotal >= 1) return plain('paying', because('orders_total', figures.ordersTotal, '≥ 1'));
  const isActive =
    figures.activeDays30d >= thresholds.activeDays || figures.interactions30d >= thresholds.activeInteractions;
  if (isActive) return plain('active', because('active_days_30d', figures.activeDays30d, `≥ ${thresholds.activeDays}`));
  // A day of joining that is not known is not lately.
  if (figures.joinedDays !== null && figures.joinedDays <= thresholds.newDays)
    return plain('new', because('days_since_joined', figures.joinedDays, `≤ ${thresholds.newDays}`));
  return plain('dozing', because('active_days_30d', figures.activeDays30d, `< ${thresholds.activeDays}`));
}

type Probation = { readonly outcome: 'going_on'; readonly until: Day } | { readonly outcome: 'failed' };

/**
 * How the return after the latest long silence went, replayed over the days since: the first probation begins on the day
 * of returnActivity; one that ends without activity loses the member until they are seen again, which begins the next. Null when
 * there was no return, or it succeeded.
 */
function probationOf(figures: StageFigures, thresholds: StageThresholds): Probation | null {
  let from = figures.returnedOn;
  while (from !== null) {
    const until: Day = from + Math.max(1, thresholds.probationDays);
    if (figures.today < until) return { outcome: 'going_on', until };
    // As on the morning of the last day, before anything could happen on it.
    const counted = figures.activeDays.filter(({ day }) => day > until - 30 && day < until);
    const interactions = counted.reduce((sum, day) => sum + day.interactions, 0);
    if (counted.length >= thresholds.activeDays || interactions >= thresholds.activeInteractions) return null;
    from = figures.activeDays.find(({ day }) => day >= until)?.day ?? null;
    if (from === null) return { outcome: 'failed' };
  }
  return null;
}
