import { describe, expect, it } from 'vitest';
import type { BlockGroup } from '../../api/rules.js';
import { blocksOf, hasEmptyGroup, queryOf } from './builder-query.js';

const blocks: BlockGroup = {
  join: 'all',
  not: false,
  parts: [
    { op: '>=', metric: 'orders_90d', value: 3 },
    { op: '>=', metric: 'spend_90d_cents', other: 'spend_90d_top_fifth_cents' },
    {
      join: 'any',
      not: true,
      parts: [
        { op: 'yes', metric: 'is_contact' },
        { op: 'unknown', metric: 'days_since_last_order' },
        { op: 'in', metric: 'stage', list: ['new', 'active'] },
        { op: 'notTagged', tag: '流失' },
        { op: 'startsWith', metric: 'region', value: '广东' },
        { op: '==', metric: 'tier', value: 'loyal' },
      ],
    },
  ],
};

describe('the query of the builder', () => {
  it('gives back the blocks that it was made of', () => {
    expect(blocksOf(queryOf(blocks))).toEqual(blocks);
  });

  it('keeps what was typed when the comparison changes between one value and several', () => {
    const rule = (operator: string, value: unknown) =>
      blocksOf({ combinator: 'and', rules: [{ field: 'stage', operator, value }] });
    expect(rule('in', 'new').parts).toEqual([{ op: 'in', metric: 'stage', list: ['new'] }]);
    expect(rule('==', ['new', 'active']).parts).toEqual([{ op: '==', metric: 'stage', value: 'new' }]);
    expect(rule('in', '').parts).toEqual([{ op: 'in', metric: 'stage', list: [] }]);
  });

  it('finds a group without a test', () => {
    expect(hasEmptyGroup(queryOf(blocks))).toBe(false);
    expect(hasEmptyGroup(queryOf({ ...blocks, parts: [{ join: 'any', not: false, parts: [] }] }))).toBe(true);
  });
});
