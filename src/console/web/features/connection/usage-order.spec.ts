import { describe, expect, it } from 'vitest';
import type { Usage } from '../../api/connection.js';
import { orderUsage } from './usage-order.js';

const used = (endpoint: string, over: Partial<Usage> = {}): Usage => ({
  endpoint,
  lastMinute: 0,
  perMinute: 100,
  lastHour: 0,
  perHour: 1_000,
  total: 1,
  refused: 0,
  ...over,
});
const names = (usage: readonly Usage[]) => usage.map(({ endpoint }) => endpoint);

describe('the list of quotas', () => {
  it('shows what was called within the hour, the fullest first, and keeps the rest for who asks', () => {
    const { first, rest } = orderUsage(
      [
        used('old', { total: 900 }),
        used('some', { lastHour: 10 }),
        used('most', { lastHour: 20 }),
        used('never', { total: 0 }),
      ],
      [],
      5,
    );
    expect([names(first), names(rest)]).toEqual([['most', 'some'], ['old']]);
  });

  it('shows no more than there is room for', () => {
    const { first, rest } = orderUsage(
      [used('a', { lastHour: 3 }), used('b', { lastHour: 2 }), used('c', { lastHour: 1 })],
      [],
      2,
    );
    expect([names(first), names(rest)]).toEqual([['a', 'b'], ['c']]);
  });

  it('never hides what waits or is nearly used up', () => {
    const full = Array.from({ length: 3 }, (_, index) => used(`full${index}`, { lastMinute: 95, lastHour: 95 }));
    const { first } = orderUsage(
      [used('busy', { lastHour: 500 }), ...full, used('waits')],
      [{ endpoint: 'waits', calls: 1, until: 0, why: 'day' }],
      1,
    );
    expect(names(first)).toEqual(['full0', 'full1', 'full2', 'waits']);
  });
});
