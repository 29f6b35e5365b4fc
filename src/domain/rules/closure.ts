import { calculate, MOST_IN_ARITHMETIC } from './arithmetic.js';
import { comparers, type Known } from './comparisons.js';
import type { CompareOp, Condition, Value } from './condition.js';
import type { MetricValue, MetricValues } from '../metrics/index.js';
import { assertNever } from '../assert-never.js';

export type Holds = (values: MetricValues, tags: ReadonlySet<string>) => boolean;
export type Read = (values: MetricValues, tags: ReadonlySet<string>) => MetricValue;

/** Builds the function that evaluates a condition for one member, so that the tree is not walked per member. */
export function closureOf(condition: Condition): Holds {
  switch (condition.kind) {
    case 'always': {
      const { holds } = condition;
      return () => holds;
    }
    case 'flag': {
      const { name } = condition.metric;
      return (values) => values[name] === true;
    }
    case 'empty': {
      const { name } = condition.metric;
      return condition.empty ? (values) => values[name] == null : (values) => values[name] != null;
    }
    case 'tagged': {
      const { tag } = condition;
      return (_values, tags) => tags.has(tag);
    }
    case 'segment':
      return closureOf(condition.segment.condition);
    case 'oneOf': {
      const read = readerOf(condition.value);
      const list = new Set<MetricValue>(condition.list);
      return (values, tags) => list.has(read(values, tags));
    }
    case 'text': {
      const read = readerOf(condition.value);
      const { part } = condition;
      return condition.op === 'contains'
        ? (values, tags) => (read(values, tags) as string | null)?.includes(part) ?? false
        : (values, tags) => (read(values, tags) as string | null)?.startsWith(part) ?? false;
    }
    case 'compare':
      return comparison(condition.op, condition.left, condition.right);
    case 'not': {
      const part = closureOf(condition.part);
      return (values, tags) => !part(values, tags);
    }
    case 'all': {
      const [first, second, ...rest] = condition.parts.map(closureOf) as [Holds, Holds, ...Holds[]];
      if (rest.length === 0) return (values, tags) => first(values, tags) && second(values, tags);
      return (values, tags) => first(values, tags) && second(values, tags) && rest.every((part) => part(values, tags));
    }
    case 'any': {
      const [first, second, ...rest] = condition.parts.map(closureOf) as [Holds, Holds, ...Holds[]];
      if (rest.length === 0) return (values, tags) => first(values, tags) || second(values, tags);
      return (values, tags) => first(values, tags) || second(values, tags) || rest.some((part) => part(values, tags));
    }
    case 'choose': {
      const [when, then, otherwise] = [
        closureOf(condition.when),
        closureOf(condition.then),
        closureOf(condition.otherwise),
      ];
      return (values, tags) => (when(values, tags) ? then(values, tags) : otherwise(values, tags));
    }
    default:
      return assertNever(condition);
  }
}

function comparison(op: CompareOp, left: Value, right: Value): Holds {
  if (left.kind === 'metric' && right.kind === 'constant') return metricAgainst(left.metric.name, op, right.value);
  const [a, b] = [readerOf(left), readerOf(right)];
  const compare = comparers[op];
  return (values, tags) => {
    const x = a(values, tags);
    const y = b(values, tags);
    return x != null && y != null && compare(x, y);
  };
}

/** Fast path for nearly every condition: one property read and one comparison. */
function metricAgainst(name: string, op: CompareOp, bound: Known): Holds {
  switch (op) {
    case '==':
      return (values) => values[name] === bound;
    case '!=':
      return (values) => {
        const have = values[name];
        return have != null && have !== bound;
      };
    // Only numbers are ordered; every comparison with NaN is false.
    case '<':
      return (values) => (values[name] ?? NaN) < bound;
    case '<=':
      return (values) => (values[name] ?? NaN) <= bound;
    case '>':
      return (values) => (values[name] ?? NaN) > bound;
    case '>=':
      return (values) => (values[name] ?? NaN) >= bound;
    default:
      return assertNever(op);
  }
}

/** `exact`: within arithmetic, where a metric beyond `MOST_IN_ARITHMETIC` counts as unknown. */
export function readerOf(value: Value, exact = false): Read {
  switch (value.kind) {
    case 'constant': {
      const constant = value.value;
      return () => constant;
    }
    case 'metric': {
      const { name } = value.metric;
      if (!exact) return (values) => values[name] ?? null;
      return (values) => {
        const have = values[name];
        return typeof have === 'number' && Math.abs(have) <= MOST_IN_ARITHMETIC ? have : null;
      };
    }
    case 'arithmetic': {
      const [left, right, op] = [readerOf(value.left, true), readerOf(value.right, true), value.op];
      return (values, tags) => {
        const x = left(values, tags);
        const y = right(values, tags);
        return x === null || y === null ? null : calculate(op, x as number, y as number);
      };
    }
    case 'choice': {
      const [when, then, otherwise] = [
        closureOf(value.when),
        readerOf(value.then, exact),
        readerOf(value.otherwise, exact),
      ];
      return (values, tags) => (when(values, tags) ? then(values, tags) : otherwise(values, tags));
    }
    default:
      return assertNever(value);
  }
}
