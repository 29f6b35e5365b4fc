import { describe, expect, it } from 'vitest';
import { asGroupId, asMemberId, asMoveId } from '../ids.js';
import type { GroupSeat } from './group-seat.js';
import type { Membership, MoveState } from './move.js';
import { planUndo, type UndoInput } from './undo.js';

const [old, fresh, third] = [asGroupId(1), asGroupId(2), asGroupId(3)];
const inside = (...groups: readonly number[]): Membership[] =>
  groups.map((group) => ({ group: asGroupId(group), tier: group === fresh ? 'member' : 'regular' }));
const seat = (id: number, given: Partial<GroupSeat> = {}): GroupSeat => ({
  id: asGroupId(id),
  tier: 'regular',
  members: 10,
  capacity: 200,
  active: true,
  ...given,
});
const undone = (state: MoveState, given: Partial<UndoInput> & { readonly from?: typeof old | null } = {}) =>
  planUndo({
    move: {
      id: asMoveId(1),
      member: asMemberId(1),
      fromGroup: given.from === undefined ? old : given.from,
      toGroup: fresh,
      fromTier: 'regular',
      tier: 'member',
      path: 'official',
      state,
      plannedAt: 0,
      deadlineAt: 1,
      reminded: false,
    },
    wasInBoth: false,
    isLatest: true,
    isOptedOut: false,
    memberships: inside(fresh),
    seats: [seat(1), seat(3)],
    ...given,
  });

describe('taking a move back', () => {
  it.each(['planned', 'invited'] as const)(
    'only ends a move that is %s: the member has not changed groups',
    (state) => {
      expect(undone(state, { memberships: inside(old) })).toEqual({ kind: 'stop' });
    },
  );

  it.each(['joined', 'leaving', 'done'] as const)('lets a member of both groups leave the new one (%s)', (state) => {
    expect(undone(state, { memberships: inside(old, fresh) })).toEqual({ kind: 'leave_new', from: fresh, to: old });
  });

  it('invites a member back who has left the old group', () => {
    expect(undone('done')).toEqual({ kind: 'invite_back', from: fresh, to: old });
  });

  it('takes another group of the old tier when the old one is full or gone', () => {
    const back = { kind: 'invite_back', from: fresh, to: third };
    expect(undone('done', { seats: [seat(1, { members: 200 }), seat(3)] })).toEqual(back);
    expect(undone('done', { seats: [seat(1, { active: false }), seat(3)] })).toEqual(back);
  });

  it('leaves a member in both groups who was in both before', () => {
    expect(undone('leaving', { wasInBoth: true, memberships: inside(old, fresh) })).toEqual({ kind: 'stop' });
    expect(undone('done', { wasInBoth: true })).toEqual({ kind: 'invite_back', from: null, to: old });
  });

  it('refuses with a code what cannot be taken back', () => {
    const refused = (code: string) => ({ kind: 'refused', code });
    for (const state of ['expired', 'failed', 'cancelled'] as const)
      expect(undone(state)).toEqual(refused('nothing_to_undo'));
    expect(undone('done', { isLatest: false })).toEqual(refused('newer_move'));
    expect(undone('done', { from: null })).toEqual(refused('came_from_no_group'));
    expect(undone('done', { memberships: [] })).toEqual(refused('not_in_new_group'));
    expect(undone('done', { isOptedOut: true })).toEqual(refused('member_opted_out'));
    expect(undone('done', { seats: [seat(1, { members: 200 }), seat(2, { tier: 'member' })] })).toEqual(
      refused('no_way_back'),
    );
  });
});
