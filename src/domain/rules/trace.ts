import { closureOf, readerOf } from './closure.js';
import { oppositeOf } from './comparisons.js';
import type { CompareOp, Condition, KnownSegment, TestCondition, Value } from './condition.js';
import { readsOf } from './reads.js';
import { sliceOf } from './source-slice.js';
import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition, MetricValue, MetricValues } from '../metrics/index.js';
import { assertNever } from '../assert-never.js';

export type BoundOp =
  | CompareOp
  | 'in'
  | 'not in'
  | 'contains'
  | 'not contains'
  | 'startsWith'
  | 'not startsWith'
  | 'empty'
  | 'not empty'
  | 'has'
  | 'has not';

/** What a metric is compared with, for screens that show it in their own words and units. */
export interface Bound {
  readonly op: BoundOp;
  readonly value: MetricValue | readonly (number | string)[];
  /** The condition also holds when the metric is null. */
  readonly orEmpty?: true;
}

export interface ValueTrace {
  /** A metric's name; or `tags` or `segment`: then `have` is whether the member has the tag or is in the segment. */
  readonly metric: string;
  readonly have: MetricValue;
  /** Of an admin's own metric or a segment, which may not exist any more when the trace is read. */
  readonly label?: LocalizedText;
  readonly unit?: MetricDefinition['unit'];
  /** `≥ 3`. Absent when the metric is only part of a calculation. */
  readonly need?: string;
  readonly bound?: Bound;
}

export interface ConditionTrace {
  readonly text: string;
  readonly holds: boolean;
  readonly values: readonly ValueTrace[];
}

export interface GroupTrace {
  readonly join: 'all' | 'any';
  readonly holds: boolean;
  readonly parts: readonly TracePart[];
}

export type TracePart = ConditionTrace | GroupTrace;

export interface RuleTrace {
  readonly text: string;
  readonly holds: boolean;
  /** The grouped conditions: `!` is pushed down to the leaves, and nested groups of one kind are flattened. */
  readonly root: TracePart;
}

export type Explain = (values: MetricValues, tags: ReadonlySet<string>) => TracePart;

/** The conditions of a trace in the order of the text, without the grouping. */
export function conditionsOf(part: TracePart): readonly ConditionTrace[] {
  return 'join' in part ? part.parts.flatMap(conditionsOf) : [part];
}

export function explainerOf(condition: Condition, text: string, negated = false): Explain {
  const explain = (part: Condition, flip = false): Explain => explainerOf(part, text, flip !== negated);
  switch (condition.kind) {
    case 'not':
      return explain(condition.part, true);
    case 'all':
    case 'any':
      return joined(
        (condition.kind === 'all') === negated ? 'any' : 'all',
        condition.parts.map((part) => explain(part)),
      );
    case 'choose':
      return joined('any', [
        joined('all', [explainerOf(condition.when, text), explain(condition.then)]),
        joined('all', [explainerOf(condition.when, text, true), explain(condition.otherwise)]),
      ]);
    case 'segment':
      return segmentTested(condition.segment, sliceOf(text, condition.range), negated);
    default:
      return tested(condition, sliceOf(text, condition.range), negated);
  }
}

function joined(join: 'all' | 'any', parts: readonly Explain[]): Explain {
  return (values, tags) => {
    const explained = parts.map((part) => part(values, tags));
    const holds = join === 'all' ? explained.every((part) => part.holds) : explained.some((part) => part.holds);
    return {
      join,
      holds,
      parts: explained.flatMap((part) => ('join' in part && part.join === join ? part.parts : [part])),
    };
  };
}

/** Names the segment, and beside it what its own rule asks for. */
function segmentTested(segment: KnownSegment, slice: string, negated: boolean): Explain {
  const holds = closureOf(segment.condition);
  const bound: Bound = { op: negated ? 'has not' : 'has', value: segment.label.zh };
  const named: Explain = (values, tags) => {
    const isIn = holds(values, tags);
    return {
      text: negated ? `!${slice}` : slice,
      holds: isIn !== negated,
      values: [{ ...valueTrace({ name: 'segment' }, isIn, bound), label: segment.label }],
    };
  };
  return joined(negated ? 'any' : 'all', [named, explainerOf(segment.condition, segment.text, negated)]);
}

type LeafCondition = Exclude<TestCondition, { readonly kind: 'segment' }>;

function tested(condition: LeafCondition, slice: string, negated: boolean): Explain {
  const holds = closureOf(condition);
  const reads = readsOf(condition);
  const bounds = boundsOf(condition, negated);
  const text = !negated ? slice : condition.kind === 'flag' ? `!${slice}` : `!(${slice})`;
  return (values, tags) => ({
    text,
    holds: holds(values, tags) !== negated,
    values: [
      ...[...reads.metrics].map((metric) =>
        valueTrace(metric, values[metric.name] ?? null, bounds.get(metric.name)?.(values, tags)),
      ),
      ...[...reads.tags].map((tag) =>
        valueTrace(
          { name: 'tags' },
          tags.has(tag),
          condition.kind === 'tagged' ? { op: negated ? 'has not' : 'has', value: tag } : undefined,
        ),
      ),
    ],
  });
}

function valueTrace(
  metric: Pick<MetricDefinition, 'name'> | MetricDefinition,
  have: MetricValue,
  bound: Bound | undefined,
): ValueTrace {
  const trace: ValueTrace = { metric: metric.name, have, ...('read' in metric ? ownWords(metric) : {}) };
  return bound ? { ...trace, need: needOf(bound), bound } : trace;
}

const ownWords = ({ read, label, unit }: MetricDefinition): Pick<ValueTrace, 'label' | 'unit'> =>
  'own' in read || 'ownDay' in read ? { label, ...(unit === undefined ? {} : { unit }) } : {};

type BoundFor = (values: MetricValues, tags: ReadonlySet<string>) => Bound;

/** The bound of each metric of a condition. A metric within a calculation has none. */
function boundsOf(condition: LeafCondition, negated: boolean): ReadonlyMap<string, BoundFor> {
  const asks = (value: Value, bound: (metric: MetricDefinition) => BoundFor): ReadonlyMap<string, BoundFor> =>
    value.kind === 'metric' ? new Map([[value.metric.name, bound(value.metric)]]) : new Map();
  const orEmpty = (metric: MetricDefinition): { orEmpty?: true } =>
    negated && metric.nullable ? { orEmpty: true } : {};
  switch (condition.kind) {
    case 'always':
    case 'tagged':
      return new Map();
    case 'flag':
      return new Map([[condition.metric.name, () => ({ op: '==', value: !negated, ...orEmpty(condition.metric) })]]);
    case 'empty':
      return new Map([
        [condition.metric.name, () => ({ op: condition.empty !== negated ? 'empty' : 'not empty', value: null })],
      ]);
    case 'oneOf':
      return asks(condition.value, (metric) => () => ({
        op: negated ? 'not in' : 'in',
        value: condition.list,
        ...orEmpty(metric),
      }));
    case 'text':
      return asks(condition.value, (metric) => () => ({
        op: negated ? `not ${condition.op}` : condition.op,
        value: condition.part,
        ...orEmpty(metric),
      }));
    case 'compare': {
      const other = readerOf(condition.right);
      const op = negated ? oppositeOf[condition.op] : condition.op;
      return asks(condition.left, (metric) => (values, tags) => ({
        op,
        value: other(values, tags),
        ...orEmpty(metric),
      }));
    }
    default:
      return assertNever(condition);
  }
}

const signs: Readonly<Record<BoundOp, string>> = {
  '==': '=',
  '!=': '≠',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  in: '∈',
  'not in': '∉',
  contains: '含',
  'not contains': '不含',
  startsWith: '开头是',
  'not startsWith': '开头不是',
  empty: '为空',
  'not empty': '不为空',
  has: '有',
  'has not': '没有',
};

const shown = (value: Bound['value']): string => {
  if (value === null) return '—';
  if (typeof value === 'boolean') return value ? '是' : '否';
  return typeof value === 'object' ? value.join('、') : String(value);
};

function needOf({ op, value, orEmpty }: Bound): string {
  const asked = op === 'empty' || op === 'not empty' ? signs[op] : `${signs[op]} ${shown(value)}`;
  return orEmpty ? `${asked} 或为空` : asked;
}
