import { expect, it } from 'vitest';
import { asGroupId, asMemberId, asMoveId } from '../../domain/ids.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { invitationFor } from './invitation.js';

const tiers = ['potential', 'regular', 'loyal'].map((key) => ({ key })) as unknown as Ruleset['tiers'];
const ruleset = { tiers, version: 3 };
const group = { id: asGroupId(7), name: '普通1群', owner: 'ZhouMing', joinQr: 'https://qr.example/7' };
const aMove = (fromTier: string | null, tier: string) => ({ id: asMoveId(5), member: asMemberId(1), fromTier, tier });

it.each(['move_invited', 'move_reminder'] as const)('says in %s whether the move leads up or down', (kind) => {
  expect(invitationFor(kind, aMove('loyal', 'regular'), group, ruleset)).toMatchObject({ kind, direction: 'down' });
  expect(invitationFor(kind, aMove('potential', 'regular'), group, ruleset)).toMatchObject({ kind, direction: 'up' });
  expect(invitationFor(kind, aMove(null, 'potential'), group, ruleset)).toMatchObject({ kind, direction: 'up' });
});

it('invites nobody into a group without a join code', () => {
  expect(invitationFor('move_invited', aMove(null, 'regular'), { ...group, joinQr: null }, ruleset)).toBeNull();
});
