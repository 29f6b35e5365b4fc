import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../day.js';
import { asGroupId, asMemberId, asMoveId } from '../ids.js';
import type { TierRules } from '../ruleset.js';
import type { GroupSeat } from './group-seat.js';
import { planMove, stepMove, type Move, type MoveInput, type PastMove } from './move.js';

const now = 50 * DAY_MS;
const policy = {
  inviteDays: 7,
  remindAfterDays: 3,
  leaveDays: 3,
  retryAfterDays: 30,
  maxTries: 3,
  restAfterUndoDays: 30,
  approve: 'none',
} as const;
const loyal: TierRules = {
  key: 'loyal',
  label: { zh: '铁杆', en: 'loyal' },
  color: '',
  enter: null,
  stay: null,
  minDwellDays: 0,
  graceDays: 0,
  groups: [],
  capacity: 200,
  path: 'official',
};
const old = asGroupId(1);
const target = asGroupId(2);
const seat = (given: Partial<GroupSeat>): GroupSeat => ({
  id: target,
  tier: 'loyal',
  members: 10,
  capacity: 200,
  active: true,
  ...given,
});
const move = (given: Partial<Move> = {}): Move => ({
  id: asMoveId(1),
  member: asMemberId(1),
  fromGroup: old,
  toGroup: target,
  fromTier: 'member',
  tier: 'loyal',
  path: 'official',
  state: 'planned',
  plannedAt: now,
  deadlineAt: now + 7 * DAY_MS,
  reminded: false,
  ...given,
});

const planned = (input: Partial<MoveInput>) =>
  planMove({ tier: loyal, memberships: [], seats: [seat({})], past: [], ...input }, policy, { now, timeZone: 'UTC' });

const ago = (state: 'expired' | 'failed', days: number, isUnsent = false): PastMove => ({
  tier: 'loyal',
  state,
  closedAt: now - days * DAY_MS,
  isUnsent,
});
const unsent = (days: number): PastMove => ago('failed', days, true);
const restingFor = (days: number) => ({ kind: 'none', until: now + days * DAY_MS });

describe('planMove', () => {
  it('invites into the group with the most room', () => {
    const plan = planned({
      memberships: [{ group: old, tier: 'member' }],
      seats: [seat({ id: asGroupId(3), members: 199 }), seat({})],
    });
    expect(plan).toEqual({ kind: 'invite', from: old, to: target, because: ['most_room'] });
  });
  it('refuses with a code when the pool is full or missing', () => {
    expect(planned({ seats: [seat({ members: 200 })] })).toEqual({
      kind: 'refused',
      code: 'pool_full',
    });
    expect(planned({ seats: [seat({ active: false })] })).toEqual({
      kind: 'refused',
      code: 'no_pool',
    });
  });
  it('only asks to leave the old group when the member is already in the new one', () => {
    expect(
      planned({
        memberships: [
          { group: target, tier: 'loyal' },
          { group: old, tier: 'member' },
        ],
      }),
    ).toEqual({ kind: 'leave', from: old, to: target });
  });
  it('leaves groups that belong to no tier alone', () => {
    expect(
      planned({
        memberships: [
          { group: target, tier: 'loyal' },
          { group: asGroupId(9), tier: null },
        ],
      }),
    ).toEqual({ kind: 'none' });
  });
  it('waits after an expired invitation, and gives up after the last try', () => {
    const expired = (days: number) => ago('expired', days);
    expect(planned({ past: [expired(29)] })).toEqual(restingFor(1));
    expect(planned({ past: [expired(30)] })).toMatchObject({ kind: 'invite' });
    expect(planned({ past: [expired(90), expired(60), expired(30)] })).toEqual({
      kind: 'refused',
      code: 'too_many_tries',
    });
  });
  it('counts an invitation that never went out as no try, and plans it again sooner, but not more often each time', () => {
    expect(planned({ past: [unsent(49), unsent(40), unsent(30)] })).toMatchObject({ kind: 'invite' });
    expect(planned({ past: [unsent(6)] })).toEqual(restingFor(1));
    expect(planned({ past: [unsent(7)] })).toMatchObject({ kind: 'invite' });
    expect(planned({ past: [unsent(30), unsent(13)] })).toEqual(restingFor(1));
    expect(planned({ past: [unsent(30), unsent(14)] })).toMatchObject({ kind: 'invite' });
    expect(planned({ past: [ago('expired', 20), unsent(10)] })).toEqual(restingFor(10));
  });
  it('does not wait for staff who did not send it while the member writes to customer service', () => {
    expect(planned({ past: [unsent(1)], isInService: true })).toMatchObject({ kind: 'invite' });
    expect(planned({ past: [ago('expired', 1)], isInService: true })).toEqual(restingFor(29));
  });
});

describe('stepMove', () => {
  it('is done only after the member was seen to join the new group and to leave the old one', () => {
    expect(stepMove(move(), { kind: 'invitation_settled', sent: true }, policy, now)).toMatchObject({
      state: 'invited',
    });
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: target, groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined', followUp: 'ask_to_leave' });
    expect(stepMove(move({ state: 'leaving' }), { kind: 'left', group: old }, policy, now)).toMatchObject({
      state: 'done',
    });
  });
  it('is done on joining when there is no old group', () => {
    expect(
      stepMove(
        move({ state: 'invited', fromGroup: null }),
        { kind: 'joined', group: target, groupTier: 'loyal' },
        policy,
        now,
      ),
    ).toMatchObject({ state: 'done' });
  });
  it('accepts a member who joined before the invitation was known to be sent', () => {
    expect(
      stepMove(move({ state: 'planned' }), { kind: 'joined', group: target, groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined' });
  });
  it('accepts another group of the same pool as the target', () => {
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: asGroupId(7), groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined', toGroup: 7 });
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: asGroupId(8), groupTier: 'regular' }, policy, now),
    ).toBeNull();
  });
  it('reminds once, then expires', () => {
    const invited = move({ state: 'invited', deadlineAt: now + 4 * DAY_MS });
    expect(stepMove(invited, { kind: 'time' }, policy, now)).toMatchObject({ followUp: 'remind', reminded: true });
    expect(stepMove({ ...invited, reminded: true }, { kind: 'time' }, policy, now)).toBeNull();
    expect(stepMove({ ...invited, reminded: true }, { kind: 'time' }, policy, now + 4 * DAY_MS)).toMatchObject({
      state: 'expired',
    });
  });
  it('stays open past the deadline while the member is in both groups', () => {
    expect(stepMove(move({ state: 'leaving', deadlineAt: now - 1 }), { kind: 'time' }, policy, now)).toBeNull();
  });
  it('is cancelled when the tier changes meanwhile', () => {
    expect(stepMove(move({ state: 'invited' }), { kind: 'tier_changed', tier: 'regular' }, policy, now)).toMatchObject({
      state: 'cancelled',
    });
  });
});
