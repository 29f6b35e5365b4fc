import type { Because } from '../../domain/because.js';
import { metricsByName, type MetricValue } from '../../domain/metrics/index.js';
import type { Label } from '../../domain/ruleset.js';
import { reasonOf, type Reason } from './reason-words.js';

/** A because as a person reads it: every metric and every code with its words. */
export interface ToldBecause {
  readonly rule: string;
  readonly version: number;
  readonly text: string;
  readonly values: readonly {
    readonly metric: string;
    readonly label: Label;
    readonly have: MetricValue;
    readonly need?: string;
  }[];
  readonly reasons?: readonly Reason[];
}

const tags: Label = { zh: '标签', en: 'tag' };

export const metricLabel = (name: string): Label =>
  name === 'tags' ? tags : (metricsByName.get(name)?.label ?? { zh: name, en: name });

export function toldBecause(because: Because | null): ToldBecause | null {
  if (because === null) return null;
  const { rule, version, text, values, reasons } = because;
  return {
    rule,
    version: version ?? 0,
    text: text ?? '',
    values: values.map((value) => ({ ...value, label: metricLabel(value.metric) })),
    ...(reasons && reasons.length > 0 ? { reasons: reasons.map(reasonOf) } : {}),
  };
}

export const becauseFrom = (stored: string | null): Because | null =>
  stored === null ? null : (JSON.parse(stored) as Because);
