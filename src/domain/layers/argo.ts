import type { LocalizedText } from '../localized-text.js';
import type { MetricValues } from '../metrics/index.js';
import type { CompiledRule } from '../rules/index.js';

/** One stage of ARGO: acquisition, retention, growth, open. Each asks for all before it, and for its own rule. */
export interface ArgoStage {
  readonly key: string;
  readonly label: LocalizedText;
  readonly when: CompiledRule;
}

/** The labels of the stages that the product ships with. */
export const argoLabels = {
  acquisition: { zh: '获取', en: 'acquisition' },
  retention: { zh: '留存', en: 'retention' },
  growth: { zh: '成长', en: 'growth' },
  open: { zh: '开放', en: 'open' },
} as const satisfies Readonly<Record<string, LocalizedText>>;

const noTags: ReadonlySet<string> = new Set();

/** The highest stage that holds with all before it; null when the first one does not hold. */
export function argoOf(values: MetricValues, stages: readonly ArgoStage[]): string | null {
  const failed = stages.findIndex(({ when }) => !when.holds(values, noTags));
  return stages[(failed < 0 ? stages.length : failed) - 1]?.key ?? null;
}
