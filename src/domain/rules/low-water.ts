import type { Condition, Value } from './condition.js';

/**
 * The looser rule by which a member stays who entered by this one: every lower bound is only `percent` of what it was, as
 * Discourse's low-water mark. Upper bounds, and whatever is not a number that a metric must reach, stay as they are.
 * A figure is whole, so with 90 % a bound of 3 is 2.7, which again means 3.
 */
export function lowWater(condition: Condition, percent: number): Condition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { ...condition, parts: condition.parts.map((part) => lowWater(part, percent)) };
    case 'choose':
      return {
        ...condition,
        then: lowWater(condition.then, percent),
        otherwise: lowWater(condition.otherwise, percent),
      };
    case 'compare': {
      const { op, right } = condition;
      if (op !== '>=' && op !== '>') return condition;
      const lower = lowered(right, percent, op);
      return lower ? { ...condition, right: lower } : condition;
    }
    default:
      return condition;
  }
}

/** Null where the bound is no positive number. */
function lowered(bound: Value, percent: number, op: '>=' | '>'): Value | null {
  if (bound.kind !== 'constant' || typeof bound.value !== 'number' || bound.value <= 0) return null;
  const exact = bound.value * percent;
  return { ...bound, value: op === '>=' ? Math.ceil(exact / 100) : Math.floor(exact / 100) };
}
