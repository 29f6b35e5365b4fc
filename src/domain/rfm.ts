import type { LocalizedText } from './localized-text.js';
import type { MetricValues } from './metrics/index.js';

export type RfmSegment =
  | 'important_value'
  | 'important_develop'
  | 'important_keep'
  | 'important_win_back'
  | 'general_value'
  | 'general_develop'
  | 'general_keep'
  | 'general_win_back';

export interface RfmThresholds {
  /** Recency is high up to this many days since the last order. */
  readonly recencyDays: number;
  /** Frequency is high from this many orders in 90 days. */
  readonly orders90d: number;
  /** Monetary value is high from this spend in 90 days. */
  readonly spend90dCents: number;
}

const defaultRfm: RfmThresholds = { recencyDays: 30, orders90d: 3, spend90dCents: 50_000 };

export interface Rfm {
  readonly segment: RfmSegment;
  readonly label: LocalizedText;
  /** 2 is high, 1 is low. */
  readonly r: 1 | 2;
  readonly f: 1 | 2;
  readonly m: 1 | 2;
}

/** Part of the segment that recency and frequency decide; spend decides between important and general. */
const segments: Readonly<
  Record<`${'r' | '-'}${'f' | '-'}`, readonly [key: 'value' | 'develop' | 'keep' | 'win_back', zh: string, en: string]>
> = {
  rf: ['value', '价值', 'value'],
  'r-': ['develop', '发展', 'to develop'],
  '-f': ['keep', '保持', 'to keep'],
  '--': ['win_back', '挽留', 'to win back'],
};

/** One of eight segments; null for a member who never ordered. */
export function rfmOf(values: MetricValues, thresholds: RfmThresholds = defaultRfm): Rfm | null {
  const sinceLast = values['days_since_last_order'];
  if (typeof sinceLast !== 'number' || Number(values['orders_total'] ?? 0) < 1) return null;
  const recent = sinceLast <= thresholds.recencyDays;
  const often = Number(values['orders_90d'] ?? 0) >= thresholds.orders90d;
  const rich = Number(values['spend_90d_cents'] ?? 0) >= thresholds.spend90dCents;
  const [key, zh, en] = segments[`${recent ? 'r' : '-'}${often ? 'f' : '-'}`];
  const level = (high: boolean) => (high ? 2 : 1);
  return {
    segment: `${rich ? 'important' : 'general'}_${key}`,
    label: { zh: `${rich ? '重要' : '一般'}${zh}客户`, en: `${rich ? 'important' : 'general'}: ${en}` },
    r: level(recent),
    f: level(often),
    m: level(rich),
  };
}
