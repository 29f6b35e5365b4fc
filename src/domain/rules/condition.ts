import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition, MetricType } from '../metrics/index.js';

/** Half-open range of offsets in the rule's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type ArithmeticOp = '+' | '-' | '*' | '/' | '%';
export type TextOp = 'contains' | 'startsWith';

/** An expression that has a value for a member, or null. */
export type Value =
  | { readonly kind: 'metric'; readonly type: MetricType; readonly metric: MetricDefinition }
  | { readonly kind: 'constant'; readonly type: MetricType; readonly value: number | string | boolean }
  | {
      readonly kind: 'arithmetic';
      readonly type: 'int';
      readonly op: ArithmeticOp;
      readonly left: Value;
      readonly right: Value;
    }
  | {
      readonly kind: 'choice';
      readonly type: MetricType;
      readonly when: Condition;
      readonly then: Value;
      readonly otherwise: Value;
    };

/**
 * A parsed and type-checked rule; both backends and the trace are built from it. Every condition is true or false, never
 * unknown: a test of a null is false, and `not`, `all`, `any` and `choose` are two-valued logic on top. So for a member
 * without a tier `tier != 'loyal'` is false and `!(tier == 'loyal')` is true.
 */
export type Condition = TestCondition | GroupCondition;

export type GroupCondition =
  | { readonly kind: 'not'; readonly part: Condition; readonly range: Range }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[]; readonly range: Range }
  | {
      readonly kind: 'choose';
      readonly when: Condition;
      readonly then: Condition;
      readonly otherwise: Condition;
      readonly range: Range;
    };

/** The leaves: conditions that a member's page shows with a tick or a cross. */
export type TestCondition =
  | { readonly kind: 'always'; readonly holds: boolean; readonly range: Range }
  | { readonly kind: 'flag'; readonly metric: MetricDefinition; readonly range: Range }
  | { readonly kind: 'empty'; readonly metric: MetricDefinition; readonly empty: boolean; readonly range: Range }
  | {
      readonly kind: 'compare';
      readonly op: CompareOp;
      readonly left: Value;
      readonly right: Value;
      readonly range: Range;
    }
  | {
      readonly kind: 'oneOf';
      readonly value: Value;
      readonly list: readonly (number | string)[];
      readonly range: Range;
    }
  | { readonly kind: 'text'; readonly op: TextOp; readonly value: Value; readonly part: string; readonly range: Range }
  | { readonly kind: 'tagged'; readonly tag: string; readonly range: Range }
  | { readonly kind: 'segment'; readonly segment: KnownSegment; readonly range: Range };

/** A saved rule that other rules name. Its condition takes the place of the name, so all backends evaluate it. */
export interface KnownSegment {
  readonly key: string;
  readonly label: LocalizedText;
  readonly text: string;
  readonly condition: Condition;
}

/** The segments that a condition names itself, in the order of the text. */
export function segmentsIn(condition: Condition): KnownSegment[] {
  switch (condition.kind) {
    case 'segment':
      return [condition.segment];
    case 'not':
      return segmentsIn(condition.part);
    case 'all':
    case 'any':
      return condition.parts.flatMap(segmentsIn);
    case 'choose':
      return [condition.when, condition.then, condition.otherwise].flatMap(segmentsIn);
    case 'compare':
      return [condition.left, condition.right].flatMap(segmentsInValue);
    case 'oneOf':
    case 'text':
      return segmentsInValue(condition.value);
    default:
      return [];
  }
}

function segmentsInValue(value: Value): KnownSegment[] {
  switch (value.kind) {
    case 'arithmetic':
      return [value.left, value.right].flatMap(segmentsInValue);
    case 'choice':
      return [...segmentsIn(value.when), ...segmentsInValue(value.then), ...segmentsInValue(value.otherwise)];
    default:
      return [];
  }
}
