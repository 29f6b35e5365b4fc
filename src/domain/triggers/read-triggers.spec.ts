import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { triggers } from './index.js';
import { definitionOf, readGround, triggerSchema, triggerWords, lapsedReason } from './read-triggers.js';
import type { EvaluatedMember } from './trigger.js';

describe('the list of triggers', () => {
  it('has no name twice', () => {
    expect(new Set(triggers.map(({ on }) => on)).size).toBe(triggers.length);
  });

  it.each(triggers.map(({ on, hint }) => ({ on, hint })))('shows valid settings of $on as its hint', ({ on, hint }) => {
    for (const text of [hint.zh, hint.en]) {
      const written = parse(/trigger: \{.*?\}(?=[，,;]|$)/.exec(text)![0]) as { trigger: unknown };
      const trigger = triggerSchema.parse(written.trigger);
      expect(trigger.on).toBe(on);
      expect(triggerWords(trigger)).toEqual({ zh: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
    }
  });
});

it('reads the ground of a stored message, and null for an unknown trigger', () => {
  expect(readGround('{"on":"silent","days":30,"lastSeenDay":400}')).toEqual({
    on: 'silent',
    days: 30,
    lastSeenDay: 400,
  });
  expect(readGround('{"on":"moon_full"}')).toBeNull();
  expect(readGround('{')).toBeNull();
});

it('gives trigger_changed when the template has another trigger now', () => {
  const trigger = triggerSchema.parse({ on: 'tier_grace' });
  expect(lapsedReason({ trigger }, { on: 'tier_up', to: 'member' }, {} as EvaluatedMember)).toBe('trigger_changed');
  expect(lapsedReason({ trigger }, null, {} as EvaluatedMember)).toBeNull();
  expect(definitionOf(trigger).lapsed.code).toBe('grace_over');
});
