import type { LocalizedText } from '../localized-text.js';
import type { MetricValues } from '../metrics/index.js';

/** From 1, the lowest, to the number of levels. */
export type RfmScore = 1 | 2 | 3;

/** One of the three figures, and the bounds of its levels from the highest down: one bound for two levels, two for three. */
export interface RfmAxis {
  readonly metric: string;
  /** Recency: at most so many days. Frequency and money: at least so much. */
  readonly bounds: readonly number[];
}

export interface RfmSegment {
  readonly key: string;
  readonly label: LocalizedText;
  /** The scores that belong to the segment. */
  readonly r: readonly number[];
  readonly f: readonly number[];
  readonly m: readonly number[];
}

/** `orders`: last order, orders, spend. `content`, for communities without a shop: last visit, visits, posts. */
export type RfmForm = 'orders' | 'content';

export interface RfmModel {
  readonly form: RfmForm;
  readonly levels: 2 | 3;
  readonly recency: RfmAxis;
  readonly frequency: RfmAxis;
  readonly money: RfmAxis;
  /** The first that fits counts; together they have every combination of scores. */
  readonly segments: readonly RfmSegment[];
}

export interface Rfm {
  readonly segment: string;
  readonly label: LocalizedText;
  readonly r: RfmScore;
  readonly f: RfmScore;
  readonly m: RfmScore;
}

/** The figures of each form unless the rules name others. */
export const rfmDefaults: Readonly<Record<RfmForm, Pick<RfmModel, 'recency' | 'frequency' | 'money'>>> = {
  orders: {
    recency: { metric: 'days_since_last_order', bounds: [30] },
    frequency: { metric: 'orders_90d', bounds: [3] },
    money: { metric: 'spend_90d_cents', bounds: [50_000] },
  },
  content: {
    recency: { metric: 'days_since_last_seen', bounds: [30] },
    frequency: { metric: 'active_days_30d', bounds: [8] },
    money: { metric: 'posts_30d', bounds: [10] },
  },
};

/** What recency and frequency decide; money decides between important and general. */
const kinds: readonly { readonly key: string; readonly zh: string; readonly en: string; r: boolean; f: boolean }[] = [
  { key: 'value', zh: '价值', en: 'value', r: true, f: true },
  { key: 'develop', zh: '发展', en: 'to develop', r: true, f: false },
  { key: 'keep', zh: '保持', en: 'to keep', r: false, f: true },
  { key: 'win_back', zh: '挽留', en: 'to win back', r: false, f: false },
];

/** The eight segments of high and low. With three levels the highest one is high. */
export function eightSegments(form: RfmForm, levels: 2 | 3): readonly RfmSegment[] {
  const high = [levels];
  const low = levels === 2 ? [1] : [1, 2];
  const who = form === 'orders' ? '客户' : '成员';
  return [true, false].flatMap((rich) =>
    kinds.map(({ key, zh, en, r, f }) => ({
      key: `${rich ? 'important' : 'general'}_${key}`,
      label: { zh: `${rich ? '重要' : '一般'}${zh}${who}`, en: `${rich ? 'important' : 'general'}: ${en}` },
      r: r ? high : low,
      f: f ? high : low,
      m: rich ? high : low,
    })),
  );
}

const score = (bounds: readonly number[], holds: (bound: number) => boolean): RfmScore => {
  const met = bounds.findIndex(holds);
  return (met < 0 ? 1 : bounds.length + 1 - met) as RfmScore;
};

/** Null for a member who never did what recency counts: who never ordered, or was never seen. */
export function rfmOf(values: MetricValues, model: RfmModel): Rfm | null {
  const since = values[model.recency.metric];
  if (typeof since !== 'number') return null;
  // An order that was refunded in full is none, though its day is remembered.
  if (model.form === 'orders' && Number(values['orders_total'] ?? 0) < 1) return null;
  const amount = (axis: RfmAxis): number => Number(values[axis.metric] ?? 0);
  const r = score(model.recency.bounds, (bound) => since <= bound);
  const f = score(model.frequency.bounds, (bound) => amount(model.frequency) >= bound);
  const m = score(model.money.bounds, (bound) => amount(model.money) >= bound);
  const segment = model.segments.find((one) => one.r.includes(r) && one.f.includes(f) && one.m.includes(m));
  return segment ? { segment: segment.key, label: segment.label, r, f, m } : null;
}

export interface Scores {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

/** Every combination of scores. */
export const allScores = (levels: 2 | 3): readonly Scores[] => {
  const each = Array.from({ length: levels }, (_, index) => index + 1);
  return each.flatMap((r) => each.flatMap((f) => each.map((m) => ({ r, f, m }))));
};

export const fitsSegment = (segment: RfmSegment, { r, f, m }: Scores): boolean =>
  segment.r.includes(r) && segment.f.includes(f) && segment.m.includes(m);
