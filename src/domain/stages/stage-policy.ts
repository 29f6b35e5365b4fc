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

/** All in days, except `activeDays` (active days in 30) and `activeInteractions` (interactions in 30 days). */
export interface StageThresholds {
  readonly newDays: number;
  readonly activeDays: number;
  readonly activeInteractions: number;
  readonly dozingDays: number;
  readonly asleepDays: number;
  readonly lostDays: number;
  readonly probationDays: number;
}

/** A day on which the member was active, with its content interactions. */
export interface ActiveDay {
  readonly day: Day;
  readonly interactions: number;
}

/** All figures depend on when things happened, not on when they became known; so late facts change them. */
export interface StageFigures {
  readonly today: Day;
  readonly silentDays: number | null;
  readonly joinedDays: number | null;
  readonly activeDays30d: number;
  readonly interactions30d: number;
  readonly ordersTotal: number;
  /** The day on which the latest silence of `asleepDays` or more ended; null when there was none. */
  readonly returnedOn: Day | null;
  /** In ascending order, from 30 days before `returnedOn`; needed only after the probation is over. */
  readonly activeDays: readonly ActiveDay[];
}

export interface StageVerdict {
  readonly stage: Stage;
  /** The day on which the probation of a returned member ends; null in other stages. */
  readonly probationUntil: Day | null;
  /** The threshold that decided. */
  readonly because: { readonly metric: string; readonly have: number | null; readonly need: string };
}

/**
 * Decides a member's lifecycle stage. Silence is checked first. A member who returns after `asleep` or `lost` is on
 * probation, and is lost again if it ends without activity. A member who is neither active nor silent (seen rarely within
 * the month) is "dozing".
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
  if (probation?.outcome === 'running')
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
  // An unknown day of joining does not count as recent.
  if (figures.joinedDays !== null && figures.joinedDays <= thresholds.newDays)
    return plain('new', because('days_since_joined', figures.joinedDays, `≤ ${thresholds.newDays}`));
  return plain('dozing', because('active_days_30d', figures.activeDays30d, `< ${thresholds.activeDays}`));
}

type Probation = { readonly outcome: 'running'; readonly until: Day } | { readonly outcome: 'failed' };

/**
 * Replays the return after the latest long silence. The first probation begins on the day of the return. If one ends without
 * activity, the member is lost until they are seen again, which begins the next one. Null when there was no return or it
 * succeeded.
 */
function probationOf(figures: StageFigures, thresholds: StageThresholds): Probation | null {
  let from = figures.returnedOn;
  while (from !== null) {
    const until: Day = from + Math.max(1, thresholds.probationDays);
    if (figures.today < until) return { outcome: 'running', until };
    // The last day itself does not count.
    const counted = figures.activeDays.filter(({ day }) => day > until - 30 && day < until);
    const interactions = counted.reduce((sum, day) => sum + day.interactions, 0);
    if (counted.length >= thresholds.activeDays || interactions >= thresholds.activeInteractions) return null;
    from = figures.activeDays.find(({ day }) => day >= until)?.day ?? null;
    if (from === null) return { outcome: 'failed' };
  }
  return null;
}
