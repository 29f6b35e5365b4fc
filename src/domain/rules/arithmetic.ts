import type { ArithmeticOp, Value } from './condition.js';
import { assertNever } from '../assert-never.js';

/**
 * Calculations stay exact in JavaScript, SQLite and PostgreSQL alike because no result can leave the safe integers: a
 * metric takes part only when it is within this bound (about 11 billion yuan in cents) and counts as unknown beyond it,
 * and a rule whose result could still grow too big is refused when it is compiled.
 */
export const MOST_IN_ARITHMETIC = 2 ** 40;

/** The biggest magnitude a value can have. */
export function magnitude(value: Value): number {
  switch (value.kind) {
    case 'metric':
      return MOST_IN_ARITHMETIC;
    case 'constant':
      return Math.abs(Number(value.value));
    case 'choice':
      return Math.max(magnitude(value.then), magnitude(value.otherwise));
    case 'arithmetic': {
      const [left, right] = [magnitude(value.left), magnitude(value.right)];
      switch (value.op) {
        case '+':
        case '-':
          return left + right;
        case '*':
          return left * right;
        case '/':
          return left;
        case '%':
          return Math.min(left, right);
        default:
          return assertNever(value.op);
      }
    }
    default:
      return assertNever(value);
  }
}

/** Whole-number arithmetic as SQL does it: division cuts towards zero, and dividing by zero gives nothing. */
export function calculate(op: ArithmeticOp, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right + 0; // + 0 turns JavaScript's -0 into 0
    case '/':
      return right === 0 ? null : (left - (left % right)) / right + 0;
    case '%':
      return right === 0 ? null : (left % right) + 0;
    default:
      return assertNever(op);
  }
}
