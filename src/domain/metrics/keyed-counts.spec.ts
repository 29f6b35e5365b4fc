import { describe, expect, it } from 'vitest';
import type { Fact } from '../fact.js';
import { keyedCountsOf } from './keyed-counts.js';

const fact = (kind: string, data: object): Fact => ({ key: 'k', kind, at: 0, member: {}, data }) as unknown as Fact;

describe('a custom fact', () => {
  it.each([
    [undefined, 0],
    [7, 7_000],
    [2.5, 2_500],
    [-1, -1_000],
    [0.0001, 0],
    [true, 1_000],
    [false, 0],
    ['7', 0],
    [1e9, 1e12],
    [1e300, 0],
    [-2e9, 0],
  ])('with the value %s adds %s thousandths, and counts once', (value, sum) => {
    expect(keyedCountsOf(fact('custom', { name: 'lesson_done', value }))).toEqual([
      { measure: 'custom', key: 'lesson_done', count: 1, sum },
    ]);
  });
});

describe('a view of content', () => {
  it('counts by its category', () => {
    expect(keyedCountsOf(fact('content_viewed', { contentId: 'c', category: ' 春茶 ' }))).toEqual([
      { measure: 'view_category', key: '春茶', count: 1, sum: 0 },
    ]);
  });

  it.each([undefined, '', '  '])('without a category (%j) counts by none', (category) => {
    expect(keyedCountsOf(fact('content_viewed', { contentId: 'c', category }))).toEqual([]);
  });
});

it('orders are not counted from their facts', () => {
  expect(keyedCountsOf(fact('order_paid', { orderId: 'o', amountCents: 1, category: '茶' }))).toEqual([]);
});
