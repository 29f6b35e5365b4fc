import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../day.js';
import { asGroupId, asMemberId, asMoveId } from '../ids.js';
import type { TierRules } from '../ruleset.js';
import { planMove, stepMove, type GroupSeat, type Move } from './move.js';

const now = 50 * DAY_MS;
const policy = {
  inviteDays: 7,
  remindAfterDays: 3,
  leaveDays: 3,
  retryAfterDays: 30,
  maxTries: 3,
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

describe('planMove', () => {
  it('invites into the group with the most room', () => {
    const plan = planMove(
      loyal,
      [{ group: old, tier: 'member' }],
      [seat({ id: asGroupId(3), members: 199 }), seat({})],
      [],
      policy,
      now,
    );
    expect(plan).toEqual({ kind: 'invite', from: old, to: target });
  });
  it('says so when the pool is full, or there is none', () => {
    expect(planMove(loyal, [], [seat({ members: 200 })], [], policy, now)).toEqual({
      kind: 'refused',
      code: 'pool_full',
    });
    expect(planMove(loyal, [], [seat({ active: false })], [], policy, now)).toEqual({
      kind: 'refused',
      code: 'no_pool',
    });
  });
  it('only asks to leave the old group when already in the new one', () => {
    expect(
      planMove(
        loyal,
        [
          { group: target, tier: 'loyal' },
          { group: old, tier: 'member' },
        ],
        [seat({})],
        [],
        policy,
        now,
      ),
    ).toEqual({ kind: 'leave', from: old, to: target });
  });
  it('leaves groups that belong to no tier alone', () => {
    expect(
      planMove(
        loyal,
        [
          { group: target, tier: 'loyal' },
          { group: asGroupId(9), tier: null },
        ],
        [seat({})],
        [],
        policy,
        now,
      ),
    ).toEqual({ kind: 'none' });
  });
  it('waits after an invitation that came to nothing, and gives up after the last try', () => {
    const expired = (days: number) => ({ tier: 'loyal', state: 'expired' as const, closedAt: now - days * DAY_MS });
    expect(planMove(loyal, [], [seat({})], [expired(29)], policy, now)).toEqual({ kind: 'none' });
    expect(planMove(loyal, [], [seat({})], [expired(30)], policy, now)).toMatchObject({ kind: 'invite' });
    expect(planMove(loyal, [], [seat({})], [expired(90), expired(60), expired(30)], policy, now)).toEqual({
      kind: 'refused',
      code: 'too_many_tries',
    });
  });
});

describe('stepMove', () => {
  it('does not call an invitation a move: joined is seen, then left is seen, then it is done', () => {
    expect(stepMove(move(), { kind: 'invitation_settled', sent: true }, policy, now)).toMatchObject({
      state: 'invited',
    });
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: target, groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined', then: 'ask_to_leave' });
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
  it('sees a member who joined before the invitation was known to be sent', () => {
    expect(
      stepMove(move({ state: 'planned' }), { kind: 'joined', group: target, groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined' });
  });
  it('takes another group of the same pool for the target', () => {
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: asGroupId(7), groupTier: 'loyal' }, policy, now),
    ).toMatchObject({ state: 'joined', toGroup: 7 });
    expect(
      stepMove(move({ state: 'invited' }), { kind: 'joined', group: asGroupId(8), groupTier: 'regular' }, policy, now),
    ).toBeNull();
  });
  it('reminds once, then expires', () => {
    const invited = move({ state: 'invited', deadlineAt: now + 4 * DAY_MS });
    expect(stepMove(invited, { kind: 'time' }, policy, now)).toMatchObject({ then: 'remind', reminded: true });
    expect(stepMove({ ...invited, reminded: true }, { kind: 'time' }, policy, now)).toBeNull();
    expect(stepMove({ ...invited, reminded: true }, { kind: 'time' }, policy, now + 4 * DAY_MS)).toMatchObject({
      state: 'expired',
    });
  });
  it('keeps a member who is in both groups open past the deadline, to be seen as stuck', () => {
    expect(stepMove(move({ state: 'leaving', deadlineAt: now - 1 }), { kind: 'time' }, policy, now)).toBeNull();
  });
  it('is cancelled when the tier changes meanwhile', () => {
    expect(stepMove(move({ state: 'invited' }), { kind: 'tier_changed', tier: 'regular' }, policy, now)).toMatchObject({
      state: 'cancelled',
    });
  });
});
