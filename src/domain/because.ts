import type { LocalizedText } from './localized-text.js';
import type { MetricDefinition, MetricValue } from './metrics/index.js';

/** Why something was decided: the rule, what it required, and what the member had. Stored with the decision. */
export interface Because {
  /** Name of the rule: `tier:loyal:enter`, `tag:高活跃`, `campaign:one-week`, `stage:asleep`. */
  readonly rule: string;
  readonly text?: string;
  /** Version of the rule set (tiers, tags, stages) or of the template (campaigns). */
  readonly version?: number;
  /** Whether the rule held. Left out of rules without a condition. */
  readonly holds?: boolean;
  readonly values: readonly BecauseValue[];
  /** Codes of what prevented or allowed it: `opted_out`, `daily_cap`, `holdout` … */
  readonly reasons?: readonly string[];
}

export interface BecauseValue {
  readonly metric: string;
  readonly have: MetricValue;
  /** Of an admin's own metric or a segment: its words when it was decided. */
  readonly label?: LocalizedText;
  readonly unit?: MetricDefinition['unit'];
  /** What was required: `≥ 3`. */
  readonly need?: string;
}
