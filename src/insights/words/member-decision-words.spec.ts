import { describe, expect, it } from 'vitest';
import type { DecisionCode } from '../../domain/decision-record.js';
import { inOrderForMember } from './member-decision-words.js';

const decided = (at: number, code: DecisionCode) => ({ at, code });

describe('the decisions that a member reads', () => {
  it('are the newest first, a group after the level for which it was prepared', () => {
    const tiers = [decided(3, 'up'), decided(1, 'first')];
    expect(inOrderForMember(tiers, [decided(3, 'move_planned')])).toEqual([
      decided(3, 'move_planned'),
      decided(3, 'up'),
      decided(1, 'first'),
    ]);
  });

  it('have one beginning, the later of two records that turned out to be one member', () => {
    const tiers = [decided(3, 'up'), decided(2, 'first'), decided(1, 'first')];
    expect(inOrderForMember(tiers, [])).toEqual([decided(3, 'up'), decided(2, 'first')]);
  });
});
