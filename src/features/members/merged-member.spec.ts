import { describe, expect, it } from 'vitest';
import { emptyMemberState, type StoredMember } from '../../domain/member.js';
import { asMemberId } from '../../domain/ids.js';
import { mergedMember } from './merged-member.js';

const order = ['potential', 'regular', 'member', 'loyal'];
const aMember = (over: Partial<StoredMember> = {}): StoredMember => ({
  state: { ...emptyMemberState, id: asMemberId(1), externalUserId: null, lastOrderDay: null, tierLock: null },
  figures: {},
  tier: null,
  tierSince: null,
  graceUntil: null,
  graceTo: null,
  heldUntil: null,
  heldTo: null,
  stage: null,
  stageSince: null,
  probationUntil: null,
  reviewedDay: 0,
  dueDay: 0,
  tagsVersion: 0,
  ...over,
});

describe('two members as one', () => {
  const regular = aMember({ tier: 'regular', tierSince: 10, graceUntil: 90, graceTo: 'potential' });
  const loyal = aMember({ tier: 'loyal', tierSince: 20 });

  it.each([
    ['of the kept one', loyal, regular],
    ['of the other', regular, loyal],
  ])('take the higher tier with its dates, %s', (_whose, kept, other) => {
    expect(mergedMember(kept, other, order)).toMatchObject({
      tier: 'loyal',
      tierSince: 20,
      graceUntil: null,
      graceTo: null,
    });
  });

  it('take the tier of the one who has any', () => {
    expect(mergedMember(aMember(), regular, [])).toMatchObject({ tier: 'regular', tierSince: 10, graceUntil: 90 });
    expect(mergedMember(regular, aMember(), order)).toMatchObject({ tier: 'regular', tierSince: 10 });
  });

  it('take the higher of each figure, so that no mark is reached twice', () => {
    const kept = aMember({ figures: { messages_total: 60, orders_total: 2, tier: 'regular' }, reviewedDay: 0 });
    const other = aMember({ figures: { messages_total: 120, orders_total: 1, tier: 'loyal' }, reviewedDay: 20_000 });
    const merged = mergedMember(kept, other, order);
    expect(merged.figures).toMatchObject({ messages_total: 120, orders_total: 2, tier: 'regular' });
    expect(merged.reviewedDay).toBe(20_000);
  });
});
