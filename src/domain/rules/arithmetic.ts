import type { ArithmeticOp, Value } from './condition.js';
import { assertNever } from '../assert-never.js';

/**
 * Largest metric value in a calculation (about 11 billion yuan in cents); a larger one counts as unknown. A rule whose result
 * could exceed the safe integers is rejected when it is compiled. So JavaScript, SQLite and PostgreSQL give the same results.
 */
export const MOST_IN_ARITHMETIC = 2 ** 40;

/** The largest absolute value that a value can have. */
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

/** Integer arithmetic as in SQL: division truncates towards zero, division by zero gives null. */
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
