import { describe, expect, it } from 'vitest';
import { otherCut, readsCut, type ChosenCut } from './compare-cut.js';

const chosen = (cut: number): ChosenCut => ({ metric: 'orders_90d', method: 'quantiles', cut, classes: 2 });
const values = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a chosen cut', () => {
  it('stands while the same method still suggests nearly the same', () => {
    expect(otherCut(chosen(50), values(1, 100))).toBeNull();
    expect(otherCut(chosen(55), values(1, 100))).toBeNull();
  });

  it('is compared with the suggestion nearest to it, and with those between', () => {
    expect(otherCut(chosen(20), values(1, 100))).toEqual({ suggested: 51, between: 31 });
    expect(otherCut({ ...chosen(70), classes: 4 }, values(1, 100))).toBeNull();
  });

  it('stands while hardly anybody is between, and without any figures', () => {
    const far = [...Array<number>(50).fill(1), ...Array<number>(50).fill(100)];
    expect(otherCut(chosen(60), far)).toBeNull();
    expect(otherCut(chosen(60), [])).toBeNull();
  });

  it('is in use while a rule compares the metric with it', () => {
    expect(readsCut('enter: orders_90d >= 3 && is_contact', { metric: 'orders_90d', cut: 3 })).toBe(true);
    expect(readsCut('enter: orders_90d >= 30', { metric: 'orders_90d', cut: 3 })).toBe(false);
    expect(readsCut('enter: invited_orders_90d >= 3', { metric: 'orders_90d', cut: 3 })).toBe(false);
  });
});
