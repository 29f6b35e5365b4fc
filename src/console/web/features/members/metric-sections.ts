import type { Label } from '../../api/label.js';
import type { MemberMetric } from '../../api/members.js';

/** A count with its windows, the shortest first; or a single metric. */
export type MetricLine =
  | { readonly kind: 'windows'; readonly label: Label; readonly metrics: readonly MemberMetric[] }
  | { readonly kind: 'single'; readonly metric: MemberMetric };

export interface MetricSection {
  readonly label: Label;
  readonly lines: readonly MetricLine[];
}

const isEmpty = ({ value }: MemberMetric): boolean => value === null || value === 0 || value === '' || value === false;

/** The lines of the metrics panel by section. Without `all` only those with a value; a count needs one window with a value. */
export function metricSectionsOf(metrics: readonly MemberMetric[], all: boolean): MetricSection[] {
  const sections = new Map<string, { readonly label: Label; readonly lines: Map<string, MetricLine> }>();
  for (const metric of metrics) {
    const section = sections.get(metric.section.en) ?? { label: metric.section, lines: new Map<string, MetricLine>() };
    sections.set(metric.section.en, section);
    const key = metric.family?.label.en ?? metric.name;
    const line = section.lines.get(key);
    const before = line?.kind === 'windows' ? line.metrics : [];
    section.lines.set(
      key,
      metric.family
        ? { kind: 'windows', label: metric.family.label, metrics: [...before, metric] }
        : { kind: 'single', metric },
    );
  }
  return [...sections.values()]
    .map(({ label, lines }) => ({ label, lines: [...lines.values()].filter((line) => all || hasValue(line)) }))
    .filter(({ lines }) => lines.length > 0);
}

const hasValue = (line: MetricLine): boolean =>
  line.kind === 'single' ? !isEmpty(line.metric) : !line.metrics.every(isEmpty);
