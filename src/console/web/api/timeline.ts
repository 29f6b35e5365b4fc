import type { Label } from './label.js';

export type MetricValue = number | string | boolean | null;

/** Who made a rule what it was when it decided. */
export interface RuleChange {
  /** Null for a template. */
  readonly document: string | null;
  readonly template: string | null;
  readonly label: Label;
  readonly version: number;
  readonly at: number;
  readonly by: string;
  readonly note: string;
  /** Later edits of segments and own metrics that the rule reads. */
  readonly reads: readonly ReadChange[];
}

export interface ReadChange {
  readonly document: 'segments' | 'metrics';
  readonly key: string;
  readonly label: Label;
  readonly version: number;
  readonly at: number;
  readonly by: string;
  readonly note: string;
}

export interface Because {
  readonly words: Label;
  readonly changed: RuleChange | null;
  readonly rule: string;
  readonly version: number | string;
  readonly text: string;
  readonly values: readonly {
    readonly metric: string;
    readonly label: Label;
    readonly have: MetricValue;
    readonly need?: string;
  }[];
  readonly reasons?: readonly { readonly code: string; readonly label: Label }[];
}

export const timelineKinds = ['fact', 'tier', 'stage', 'tag', 'message', 'suppressed', 'move', 'command'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

export interface TimelineEntry {
  readonly id: string | number;
  readonly at: number;
  readonly kind: TimelineKind;
  readonly title: Label;
  readonly detail?: Label;
  readonly because: Because | null;
  readonly state?: string;
  readonly isWholeDay?: boolean;
}
