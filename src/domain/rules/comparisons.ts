import type { MetricValue } from '../metrics/index.js';
import type { CompareOp } from './condition.js';

export type Known = NonNullable<MetricValue>;

export const comparers: Readonly<Record<CompareOp, (x: Known, y: Known) => boolean>> = {
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
};

/** The comparison that holds of two known values when this one does not. */
export const oppositeOf: Readonly<Record<CompareOp, CompareOp>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
