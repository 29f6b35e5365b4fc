import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { Because } from '../../domain/because.js';
import { metricsByName, type MetricValue } from '../../domain/metrics/index.js';

import { storedOr } from '../../platform/database/stored-json.js';
import { reasonOf, type Reason } from './reason-words.js';

/** A because with labels for its metrics and codes. */
export interface BecauseView {
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

const tags: LocalizedText = { zh: '标签', en: 'tag' };

const segment: LocalizedText = { zh: '分群', en: 'segment' };

/** An admin's own metric brings its label along (`BecauseValue`). */
export const metricLabel = (name: string): LocalizedText =>
  name === 'tags' ? tags : name === 'segment' ? segment : (metricsByName.get(name)?.label ?? { zh: name, en: name });

export function becauseView(because: Because | null): BecauseView | null {
  if (because === null) return null;
  const { rule, version, text, values, reasons } = because;
  return {
    rule,
    version: version ?? 0,
    text: text ?? '',
    values: values.map((value) => ({ ...value, label: value.label ?? metricLabel(value.metric) })),
    ...(reasons && reasons.length > 0 ? { reasons: reasons.map(reasonOf) } : {}),
  };
}

const because = z.looseObject({
  rule: z.string(),
  text: z.string().optional(),
  version: z.number().optional(),
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
