import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { Because, BecauseValue } from '../../domain/because.js';
import type { MetricValue } from '../../domain/metrics/index.js';
import { storedOr } from '../../platform/database/stored-json.js';
import type { RuleChange } from '../rule-changes.js';
import { metricLabel } from './metric-words.js';
import { reasonOf, type Reason } from './reason-words.js';
import { whyWords, type WhyNames } from './why-words.js';

/** A because with labels for its metrics and codes. */
export interface BecauseView {
  /** All of it in words, for people who do not read rules. */
  readonly words: LocalizedText;
  /** Who made the rule what it was then; null where no version is known. */
  readonly changed: RuleChange | null;
  readonly rule: string;
  readonly version: number;
  readonly text: string;
  readonly values: readonly {
    readonly metric: string;
    readonly label: LocalizedText;
    readonly have: MetricValue;
    readonly need?: string;
  }[];
  readonly reasons?: readonly Reason[];
}

export function becauseView(because: Because, names: WhyNames, changed: RuleChange | null): BecauseView {
  const { rule, version, text, values, reasons } = because;
  return {
    words: whyWords(because, names),
    changed,
    rule,
    version: version ?? 0,
    text: text ?? '',
    values: values.map(valueView),
    ...(reasons && reasons.length > 0 ? { reasons: reasons.map(reasonOf) } : {}),
  };
}

/** A value with its label. A segment is named there, so that what is asked for is only to be in it (`= 是`) or not. */
export function valueView({ metric, label, have, need }: BecauseValue): BecauseView['values'][number] {
  if (metric === 'segment' && label) {
    const named = { zh: `分群「${label.zh}」`, en: `segment “${label.en}”` };
    return { metric, have, label: named, need: need?.startsWith('没有') ? '= 否' : '= 是' };
  }
  return { metric, label: label ?? metricLabel(metric), have, ...(need === undefined ? {} : { need }) };
}

const because = z.looseObject({
  rule: z.string(),
  text: z.string().optional(),
  version: z.number().optional(),
  holds: z.boolean().optional().catch(undefined),
  values: z.array(
    z.looseObject({
      metric: z.string(),
      have: z.union([z.number(), z.string(), z.boolean(), z.null()]),
      need: z.string().optional(),
      label: z.object({ zh: z.string(), en: z.string() }).optional().catch(undefined),
      unit: z.enum(['days', 'cents', 'times', 'level']).optional().catch(undefined),
    }),
  ),
  reasons: z.array(z.string()).optional(),
}) as unknown as z.ZodType<Because>;

/** Null when absent or unreadable. */
export const becauseFrom = (stored: string | null): Because | null => storedOr(stored, because, null);
