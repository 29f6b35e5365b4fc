import type { MetricValue } from './metrics/index.js';

/** Why something was decided: the rule as it stood, what it asked for and what the member had. Stored with the decision. */
export interface Because {
  /** Where the rule lives: `tier:loyal:enter`, `tag:高活跃`, `campaign:one-week`, `policy:stage`. */
  readonly rule: string;
  readonly text?: string;
  /** Version of the rule set (tiers, tags, stages) or of the template (campaigns). */
  readonly version?: number;
  readonly values: readonly BecauseValue[];
  /** Codes of what stood in the way, or of what let it through: `opted_out`, `daily_cap`, `holdout` … */
  readonly reasons?: readonly string[];
}

export interface BecauseValue {
  readonly metric: string;
  readonly have: MetricValue;
  /** What was asked of it, in words: `≥ 3`. */
  readonly need?: string;
}
