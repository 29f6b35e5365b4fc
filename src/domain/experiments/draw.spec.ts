import { expect, it } from 'vitest';
import { asMemberId } from '../ids.js';
import { heldOutBy, type Measured } from './draw.js';

const campaign = (more: Partial<Measured>): Measured => ({
  ...{ key: 'some', kind: 'milestone', caps: 'counted', holdoutPercent: 0 },
  trigger: { on: 'silent', days: 30, or_longer: false },
  ...more,
});

it.each<[string, Partial<Measured>, string | null]>([
  ['a message of a campaign', {}, 'global_holdout'],
  ['an answer to what the member did', { caps: 'service' }, null],
  ['a welcome', { kind: 'welcome' }, null],
  ['an invitation', { trigger: { on: 'move_invited', direction: 'any' } }, null],
  ['the word before a member is lowered', { kind: 'level', trigger: { on: 'tier_grace' } }, null],
  ['a campaign with a holdout of its own', { caps: 'service', holdoutPercent: 100 }, 'holdout'],
])('%s is kept back by: %s', (_what, more, code) => {
  expect(heldOutBy(asMemberId(1), campaign(more), 100)).toBe(code);
});
