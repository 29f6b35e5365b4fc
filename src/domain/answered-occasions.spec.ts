import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from './day.js';
import type { Campaign } from './messages/index.js';
import type { Trigger } from './triggers/index.js';
import type { Occasion } from './occasions.js';
import { unusedKey, isAnswered, type EarlierMessage } from './answered-occasions.js';

const now = 400 * DAY_MS;
const forms: Readonly<Record<string, { readonly trigger: Trigger; readonly once: string }>> = {
  days_since: { trigger: { on: 'days_since', metric: 'days_since_joined', at: 7 }, once: '' },
  tier_up: { trigger: { on: 'tier_up' }, once: 'member' },
  stage: { trigger: { on: 'stage', enters: 'asleep' }, once: '' },
  one_step: { trigger: { on: 'one_step', to: 'member' }, once: '' },
};

/** Ids and keys as `occasionsOf` makes them. */
function occasion(on: string, once: Campaign['once'], id: string): Occasion {
  const { trigger, once: part } = forms[on]!;
  const onceOf = part === '' ? 'c:7' : `c:7:${part}`;
  const campaign = { key: 'c', once, trigger } as Campaign;
  return { campaign, id: `c:7:${id}`, onceOf, key: once === 'ever' ? onceOf : `c:7:${id}` } as Occasion;
}
const kept = (of: Occasion, given: Partial<EarlierMessage> = {}): EarlierMessage => ({
  key: of.key,
  occasion: of.id,
  state: 'sent',
  reason: null,
  createdAt: now,
  ...given,
});
const promoted = (once: Campaign['once'], since: number): Occasion => occasion('tier_up', once, `member:${since}`);

describe('isAnswered', () => {
  it('still holds when `once` is edited in the template', () => {
    for (const [before, after] of [
      ['ever', 'per_occasion'],
      ['per_occasion', 'ever'],
    ] as const)
      expect(isAnswered(promoted(after, 1), [kept(promoted(before, 1))], now)).toBe(true);
  });

  it('does not hold for a later occasion with once: per_occasion', () => {
    expect(isAnswered(promoted('per_occasion', 2), [kept(promoted('per_occasion', 1))], now)).toBe(false);
    expect(isAnswered(promoted('per_occasion', 2), [kept(promoted('ever', 1))], now)).toBe(false);
    expect(isAnswered(promoted('ever', 2), [kept(promoted('per_occasion', 1))], now)).toBe(true);
  });

  it('holds while the earlier message is open', () => {
    for (const state of ['planned', 'sending', 'waiting'])
      expect(isAnswered(promoted('per_occasion', 2), [kept(promoted('per_occasion', 1), { state })], now)).toBe(true);
  });

  it('does not hold when the earlier message was cancelled because its ground lapsed', () => {
    const gone = kept(promoted('ever', 1), { state: 'cancelled', reason: 'tier_lost' });
    expect(isAnswered(promoted('ever', 2), [gone], now)).toBe(false);
    expect(unusedKey(promoted('ever', 2).key, [gone])).toBe('c:7:member~2');
    for (const reason of ['template_off', 'stop_when', 'opted_out'])
      expect(isAnswered(promoted('ever', 2), [{ ...gone, reason }], now)).toBe(true);
  });

  it('counts, after a merge, the message that was kept, not the one it replaced', () => {
    const end = { state: 'cancelled', reason: 'merged' };
    const lost = { state: 'cancelled', reason: 'count_below' };
    for (const once of ['ever', 'per_occasion'] as const) {
      const [one, other] = [promoted(once, 1), promoted(once, 2)];
      expect(isAnswered(one, [kept(one, end), kept(other)], now)).toBe(true);
      expect(isAnswered(one, [kept(one, end), kept(other, lost)], now)).toBe(false);
      // A message about another tier answers neither occasion.
      const apart = { ...kept(one), key: 'c:7:loyal:1', occasion: 'c:7:loyal:1' };
      expect(isAnswered(one, [kept(one, end), kept(other, lost), apart], now)).toBe(false);
    }
  });

  it('holds for a month when an older version stored no occasion', () => {
    const unnamed = { ...kept(promoted('ever', 1)), key: 'c:7', occasion: 'c:7' };
    expect(isAnswered(occasion('days_since', 'per_occasion', '7'), [unnamed], now)).toBe(true);
    expect(isAnswered(promoted('per_occasion', 2), [{ ...unnamed, createdAt: now - 32 * DAY_MS }], now)).toBe(false);
  });

  it('answers no occasion twice, and every later one with per_occasion, through any edits of the template', () => {
    const steps = fc.array(
      fc.record({
        once: fc.constantFrom('ever' as const, 'per_occasion' as const),
        occasion: fc.integer({ min: 1, max: 5 }),
        end: fc.constantFrom('sent', 'failed', 'suppressed'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.constantFrom('tier_up', 'stage', 'one_step'), steps, (on, history) => {
        const rows: EarlierMessage[] = [];
        for (const { once, occasion: nth, end } of history) {
          const id = on === 'tier_up' ? `member:${nth}` : on === 'stage' ? `asleep:${nth}` : `member:${nth}`;
          const found = occasion(on, once, id);
          const isKnown = rows.some((row) => row.occasion === found.id);
          const answered = isAnswered(found, rows, now);
          expect(answered).toBe(once === 'ever' ? rows.length > 0 : isKnown);
          if (!answered) rows.push(kept(found, { key: unusedKey(found.key, rows), state: end }));
        }
        expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
      }),
    );
  });
});
