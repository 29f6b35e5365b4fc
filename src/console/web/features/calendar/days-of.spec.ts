import { expect, it } from 'vitest';
import type { PlanNode } from '../../api/plan.js';
import { isMovable, monthAfter } from './days-of.js';

it('names the months before and after, over the turn of the year', () => {
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1), monthAfter('2026-03', 1)]).toEqual([
    ...['2027-01', '2025-12', '2026-04'],
  ]);
});

it('lets a post be moved until it is on its way or its day is over', () => {
  const progress = { ahead: 0, waiting: 0, sent: 0, unsent: [] };
  const node = { day: '2026-03-05', state: 'posted', progress } as unknown as PlanNode;
  expect(isMovable(node, '2026-03-05')).toBe(true);
  expect(isMovable(node, '2026-03-06')).toBe(false);
  expect(isMovable({ ...node, progress: { ...progress, waiting: 1 } }, '2026-03-05')).toBe(false);
  expect(isMovable({ ...node, state: 'cancelled' }, '2026-03-01')).toBe(false);
});
