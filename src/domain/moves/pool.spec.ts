import { describe, expect, it } from 'vitest';
import { asGroupId } from '../ids.js';
import { chatsOfWay, isJoinState, joinStateOf, needOf, nextGroupOf, roomBaseName, type PoolGroup } from './pool.js';

const group = (id: number, given: Partial<PoolGroup> = {}): PoolGroup => ({
  id: asGroupId(id),
  tier: 'member',
  name: `会员群${id}`,
  owner: 'LinXia',
  chatId: `wr-${id}`,
  members: 10,
  promised: 0,
  capacity: 100,
  active: true,
  ...given,
});
const full = { members: 100 };
const gone = { active: false };

describe('the groups that a join code leads to', () => {
  it('are the group itself, then the others with room, five at most', () => {
    const pool = [1, 2, 3, 4, 5, 6, 7].map((id) => group(id));
    expect(chatsOfWay(pool[3]!, pool)).toEqual(['wr-4', 'wr-1', 'wr-2', 'wr-3', 'wr-5']);
  });

  it('are the others when the group is full or dismissed', () => {
    expect(chatsOfWay(group(1, full), [group(1, full), group(2)])).toEqual(['wr-2']);
    expect(chatsOfWay(group(1, gone), [group(1, gone), group(2), group(3)])).toEqual(['wr-2', 'wr-3']);
  });

  it('are the group itself when all are full, because WeCom accepts no empty list', () => {
    expect(chatsOfWay(group(2, full), [group(1, full), group(2, full)])).toEqual(['wr-2']);
  });

  it('are none when WeCom knows none of the groups', () => {
    expect(chatsOfWay(group(1, gone), [group(1, gone), group(2, { chatId: null })])).toEqual([]);
  });
});

describe('a further group', () => {
  const policy = { openNextAt: 0.85, minFree: 0 };

  it('is not needed while one group has room', () => {
    expect(needOf([group(1, full), group(2, { members: 84 })], policy)).toBe('none');
  });

  it('is needed before the last one is full, invited members counted', () => {
    expect(needOf([group(1, full), group(2, { members: 80, promised: 5 })], policy)).toBe('pool_low');
  });

  it('is needed when few places are free in the whole pool', () => {
    expect(needOf([group(1, { members: 60 })], { openNextAt: 1, minFree: 50 })).toBe('pool_low');
  });

  it('is needed at once when the pool is full or missing', () => {
    expect(needOf([group(1, full), group(2, gone)], policy)).toBe('pool_full');
    expect(needOf([group(1, gone)], policy)).toBe('no_pool');
  });
});

describe('the name of the next group', () => {
  const tier = { groups: ['会员*'] };

  it('follows the newest of the pool, with the next number', () => {
    expect(nextGroupOf(tier, ['会员群①', '会员群②'])).toEqual({ baseName: '会员群', number: 3 });
    expect(nextGroupOf(tier, ['会员交流群 8', '会员交流群 12'])).toEqual({ baseName: '会员交流群 ', number: 13 });
  });

  it('follows the pattern where there is no group yet', () => {
    expect(nextGroupOf(tier, [])).toEqual({ baseName: '会员群', number: 1 });
  });

  it('follows the settings', () => {
    expect(nextGroupOf({ ...tier, roomBaseName: '会员福利群' }, ['会员群1'])).toEqual({
      baseName: '会员福利群',
      number: 2,
    });
  });

  it('is null when no name matches the pool or WeCom would reject its length', () => {
    expect(nextGroupOf({ groups: ['会员*专区'] }, [])).toBeNull();
    expect(roomBaseName({ groups: ['会员*'], roomBaseName: '会员'.repeat(8) })).toBeNull();
  });
});

it('writes a join state of at most 30 bytes and recognises it', () => {
  const state = joinStateOf('a-very-long-key-of-a-tier-that-is', asGroupId(123_456));
  expect(Buffer.byteLength(state)).toBeLessThanOrEqual(30);
  expect(isJoinState(state)).toBe(true);
  expect(isJoinState('expo')).toBe(false);
});
