import { describe, expect, it } from 'vitest';
import { asGroupId } from '../../domain/ids.js';
import type { StoredPoolGroup } from '../../domain/moves/group.js';
import { chooseGroup } from './group.page.js';

const aGroup = (id: number, over: Partial<StoredPoolGroup> & { readonly qr?: string | null } = {}): StoredPoolGroup => {
  const { qr = `https://wework.qpic.cn/${id}`, ...rest } = over;
  return {
    id: asGroupId(id),
    tier: 'member',
    name: `会员群${id}`,
    owner: 'LinXia',
    ownerState: 0,
    chatId: `wr${id}`,
    members: 10,
    promised: 0,
    capacity: 200,
    active: true,
    join: { state: `qj-member-${id}`, configId: 'c', qr, chats: null, version: 1 },
    ...rest,
  };
};
const nowhere = new Set<number>();

describe('the group that a member is shown', () => {
  it('is their own when they are in one of the tier', () => {
    expect(chooseGroup([aGroup(1), aGroup(2)], new Set([2]), null)).toEqual({ kind: 'inside', name: '会员群2' });
  });

  it('is the fullest one that has room', () => {
    const pool = [aGroup(1, { members: 20 }), aGroup(2, { members: 150 }), aGroup(3, { members: 200 })];
    expect(chooseGroup(pool, nowhere, null)).toMatchObject({ kind: 'code', name: '会员群2' });
  });

  it('is the one that a move has promised them, also when it counts as full with their own place', () => {
    const pool = [aGroup(1), aGroup(2, { members: 199, promised: 1 })];
    expect(chooseGroup(pool, nowhere, 2)).toMatchObject({ kind: 'code', name: '会员群2' });
  });

  it.each([
    ['full', [aGroup(1, { members: 200 }), aGroup(2, { members: 150, promised: 50 })]],
    ['none', []],
    ['none', [aGroup(1, { active: false })]],
    ['none', [aGroup(1, { qr: null })]],
  ])('is missing because of: %s', (kind, pool) => {
    expect(chooseGroup(pool, nowhere, null)).toEqual({ kind });
  });
});
