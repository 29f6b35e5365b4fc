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

describe('where the code of a group leads', () => {
  it('to itself first, then to the others that have room, five at the most', () => {
    const pool = [1, 2, 3, 4, 5, 6, 7].map((id) => group(id));
    expect(chatsOfWay(pool[3]!, pool)).toEqual(['wr-4', 'wr-1', 'wr-2', 'wr-3', 'wr-5']);
  });

  it('to the others when it is full, or gone', () => {
    expect(chatsOfWay(group(1, full), [group(1, full), group(2)])).toEqual(['wr-2']);
    expect(chatsOfWay(group(1, gone), [group(1, gone), group(2), group(3)])).toEqual(['wr-2', 'wr-3']);
  });

  it('to itself when all are full: WeCom takes no empty list and opens the next one from it', () => {
    expect(chatsOfWay(group(2, full), [group(1, full), group(2, full)])).toEqual(['wr-2']);
  });

  it('nowhere when no group is left that WeCom knows', () => {
    expect(chatsOfWay(group(1, gone), [group(1, gone), group(2, { chatId: null })])).toEqual([]);
  });
});

describe('whether a further group is needed', () => {
  const policy = { openNextAt: 0.85, minFree: 0 };

  it('not while one group has room', () => {
    expect(needOf([group(1, full), group(2, { members: 84 })], policy)).toBe('none');
  });

  it('before the last one is full, counting who is invited', () => {
    expect(needOf([group(1, full), group(2, { members: 80, promised: 5 })], policy)).toBe('pool_low');
  });

  it('when few places are left in the whole pool', () => {
    expect(needOf([group(1, { members: 60 })], { openNextAt: 1, minFree: 50 })).toBe('pool_low');
  });

  it('at once when the pool is full, and when there is none', () => {
    expect(needOf([group(1, full), group(2, gone)], policy)).toBe('pool_full');
    expect(needOf([group(1, gone)], policy)).toBe('no_pool');
  });
});

describe('what the next group is called', () => {
  const tier = { groups: ['会员*'] };

  it('like the newest of the pool, with the next number', () => {
    expect(nextGroupOf(tier, ['会员群①', '会员群②'])).toEqual({ baseName: '会员群', number: 3 });
    expect(nextGroupOf(tier, ['会员交流群 8', '会员交流群 12'])).toEqual({ baseName: '会员交流群 ', number: 13 });
  });

  it('after the pattern where there is none yet', () => {
    expect(nextGroupOf(tier, [])).toEqual({ baseName: '会员群', number: 1 });
  });

  it('as the settings say', () => {
    expect(nextGroupOf({ ...tier, roomBaseName: '会员福利群' }, ['会员群1'])).toEqual({
      baseName: '会员福利群',
      number: 2,
    });
  });

  it('nothing where no such name would belong to the pool, or is longer than WeCom takes', () => {
    expect(nextGroupOf({ groups: ['会员*专区'] }, [])).toBeNull();
    expect(roomBaseName({ groups: ['会员*'], roomBaseName: '会员'.repeat(8) })).toBeNull();
  });
});

it('writes a state of at most 30 bytes that is known again', () => {
  const state = joinStateOf('a-very-long-key-of-a-tier-that-is', asGroupId(123_456));
  expect(Buffer.byteLength(state)).toBeLessThanOrEqual(30);
  expect(isJoinState(state)).toBe(true);
  expect(isJoinState('expo')).toBe(false);
});
