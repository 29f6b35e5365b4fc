import { DAY_MS } from '../day.js';

export type Stage = 'new' | 'active' | 'paying' | 'dozing' | 'asleep' | 'lost' | 'returned';

export const stages: readonly { readonly key: Stage; readonly label: { readonly zh: string; readonly en: string } }[] =
  [
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

export interface StageFigures {
  /** Seen after the present stage began. */
  readonly seenInStage: boolean;
  readonly silentDays: number | null;
  readonly joinedDays: number | null;
  readonly activeDays30d: number;
  readonly interactions30d: number;
  readonly ordersTotal: number;
}

export interface StageState {
  readonly stage: Stage | null;
  readonly probationUntil: number | null;
}

export interface StageVerdict {
  readonly stage: Stage;
  readonly probationUntil: number | null;
  /** The threshold that spoke, for the because. */
  readonly because: { readonly metric: string; readonly have: number | null; readonly need: string };
}

/**
 * The one lifecycle stage a member is in. Silence is looked at first; who wakes up after `asleep` or `lost` is on
 * probation, and falls back to lost when it ends without activity. Between active and silent there is nothing better
 * to say than "dozing": seen within the month, but rarely.
 */
export function decideStage(
  state: StageState,
  figures: StageFigures,
  thresholds: StageThresholds,
  now: number,
): StageVerdict {
  const silent = figures.silentDays ?? figures.joinedDays;
  const because = (metric: string, have: number | null, need: string) => ({ metric, have, need });
  const plain = (stage: Stage, reason: StageVerdict['because']): StageVerdict => ({
    stage,
    probationUntil: null,
    because: reason,
  });
  const isActive =
    figures.activeDays30d >= thresholds.activeDays || figures.interactions30d >= thresholds.activeInteractions;

  if (silent !== null && silent >= thresholds.lostDays)
    return plain('lost', because('days_since_last_seen', silent, `≥ ${thresholds.lostDays}`));
  if (silent !== null && silent >= thresholds.asleepDays)
    return plain('asleep', because('days_since_last_seen', silent, `≥ ${thresholds.asleepDays}`));

  const wokeUp =
    (state.stage === 'asleep' || state.stage === 'lost') &&
    figures.seenInStage &&
    silent !== null &&
    silent < thresholds.dozingDays;
  if (wokeUp) {
    return {
      stage: 'returned',
      probationUntil: now + thresholds.probationDays * DAY_MS,
      because: because('days_since_last_seen', silent, `< ${thresholds.dozingDays}`),
    };
  }
  if (state.stage === 'returned' && state.probationUntil !== null) {
    if (now < state.probationUntil)
      return {
        stage: 'returned',
        probationUntil: state.probationUntil,
        because: because('days_since_last_seen', silent, `< ${thresholds.asleepDays}`),
      };
    if (!isActive)
      return plain('lost', because('active_days_30d', figures.activeDays30d, `< ${thresholds.activeDays}`));
  }
  // Lost after a probation without activity: only something new begins another return, or it would begin at once.
  if (state.stage === 'lost' || state.stage === 'asleep')
    return plain(state.stage, because('days_since_last_seen', silent, `≥ ${thresholds.dozingDays}`));

  if (silent !== null && silent >= thresholds.dozingDays)
    return plain('dozing', because('days_since_last_seen', silent, `≥ ${thresholds.dozingDays}`));
  if (figures.ordersTotal >= 1) return plain('paying', because('orders_total', figures.ordersTotal, '≥ 1'));
  if (isActive) return plain('active', because('active_days_30d', figures.activeDays30d, `≥ ${thresholds.activeDays}`));
  if (figures.joinedDays === null || figures.joinedDays <= thresholds.newDays)
    return plain('new', because('days_since_joined', figures.joinedDays, `≤ ${thresholds.newDays}`));
  return plain('dozing', because('active_days_30d', figures.activeDays30d, `< ${thresholds.activeDays}`));
}
