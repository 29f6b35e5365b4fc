import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asGroupId } from '../ids.js';
import { chooseGroup, type GroupTies } from './affinity.js';
import type { GroupSeat } from './group-seat.js';

const seat = (id: number, members = 10, capacity = 200): GroupSeat => ({
  id: asGroupId(id),
  tier: 'member',
  members,
  capacity,
  active: true,
});
const ties = (given: Readonly<Record<number, Partial<GroupTies>>>) =>
  new Map(
    Object.entries(given).map(([id, some]) => [
      asGroupId(Number(id)),
      { friends: 0, invitedTogether: 0, regionPercent: 0, ...some },
    ]),
  );

const someSeats = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: 1, max: 40 }), members: fc.nat(210), capacity: fc.integer({ min: 2, max: 200 }) }),
  { selector: ({ id }) => id, maxLength: 8 },
);
const someTies = fc.dictionary(
  fc.integer({ min: 1, max: 40 }).map(String),
  fc.record({ friends: fc.nat(3), invitedTogether: fc.nat(2), regionPercent: fc.nat(100) }),
);

describe('the choice among groups with room', () => {
  it('goes to friends first, then to people invited together, then to neighbours, then to the most room', () => {
    const seats = [seat(1, 10), seat(2, 50), seat(3, 60), seat(4, 70)];
    const chosen = (given: Parameters<typeof ties>[0]) => {
      const choice = chooseGroup(seats, ties(given))!;
      return [choice.seat.id, ...choice.because];
    };
    expect(chosen({ 4: { friends: 1 }, 3: { invitedTogether: 9 }, 2: { regionPercent: 90 } })).toEqual([
      4,
      'friends_there:1',
    ]);
    expect(chosen({ 3: { invitedTogether: 1 }, 2: { regionPercent: 90 } })).toEqual([3, 'invited_together:1']);
    expect(chosen({ 2: { regionPercent: 40 } })).toEqual([2, 'neighbours_there:40']);
    expect(chosen({ 2: { regionPercent: 10 } })).toEqual([1, 'most_room']);
  });

  it('says so when only one group has room', () => {
    expect(chooseGroup([seat(1, 200), seat(2)], ties({ 1: { friends: 5 } }))).toEqual({
      seat: seat(2),
      because: ['only_group_with_room'],
    });
  });

  it('never chooses a full group, chooses one whenever one has room, and does not depend on the order', () => {
    fc.assert(
      fc.property(someSeats, someTies, fc.nat(), (given, known, turn) => {
        const seats = given.map(({ id, members, capacity }) => seat(id, members, capacity));
        const choice = chooseGroup(seats, ties(known));
        const withRoom = seats.filter(({ members, capacity }) => members < capacity);
        expect(choice === null).toBe(withRoom.length === 0);
        if (choice) expect(withRoom).toContainEqual(choice.seat);
        const turned = seats.map((_, index) => seats[(index + turn) % seats.length]!);
        expect(chooseGroup(turned, ties(known))).toEqual(choice);
        expect(chooseGroup(seats.toReversed(), ties(known))).toEqual(choice);
      }),
      { numRuns: 500 },
    );
  });

  it('never prefers a group in which the member knows fewer people of the first kind that differs', () => {
    fc.assert(
      fc.property(someSeats, someTies, (given, known) => {
        const seats = given.map(({ id, members, capacity }) => seat(id, members, capacity));
        const all = ties(known);
        const choice = chooseGroup(seats, all);
        const friendsOf = ({ id }: GroupSeat) => all.get(id)?.friends ?? 0;
        for (const other of seats.filter(({ members, capacity }) => members < capacity))
          expect(friendsOf(choice!.seat)).toBeGreaterThanOrEqual(friendsOf(other));
      }),
    );
  });
});
