import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTime, timeOfEvent, timeOfMessage } from './wecom-times.js';

const now = Date.parse('2026-11-30T10:00:00+08:00');
const seconds = Math.floor(now / 1_000);

describe('the time of an event', () => {
  it.each([
    ['seconds of now', String(seconds), seconds * 1_000],
    ['seconds of yesterday, as after an outage', String(seconds - 86_400), (seconds - 86_400) * 1_000],
    ['milliseconds', String(now), now],
    ['milliseconds of yesterday', String(now - 86_400_000), now - 86_400_000],
    ['milliseconds of a month ago', String(now - 30 * 86_400_000), now],
    ['beyond what a date holds', '9700000000000', now],
    ['zero', '0', now],
    ['negative', '-5', now],
    ['a fraction', `${seconds}.5`, now],
    ['a word', 'soon', now],
    ['hexadecimal', '0x6789', now],
    ['twenty digits', '99999999999999999999', now],
    ['of 2001', '1000000000', now],
    ['of 2286', '9999999999', now],
    ['an hour ahead', String(seconds + 3_600), now],
    ['not there', undefined, now],
  ])('with a CreateTime that is %s', (_what, createTime, at) => {
    expect(timeOfEvent(createTime, now)).toBe(at);
  });

  it('is at most a week old and never in the future, for any input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.bigInt().map(String)), (text) => {
        const at = timeOfEvent(text, now);
        expect(at).toBeLessThanOrEqual(now);
        expect(at).toBeGreaterThanOrEqual(now - 7 * 86_400_000);
      }),
    );
  });
});

describe('the time of a message', () => {
  it('stays old, so that a command of 2017 does not count as a new one', () => {
    expect(timeOfMessage('1500000000', now)).toBe(1_500_000_000_000);
  });

  it('stays old also in milliseconds', () => {
    expect(timeOfMessage('1500000000000', now)).toBe(1_500_000_000_000);
  });

  it.each(['0', '12', String(now), '9700000000000', String(seconds + 60), 'soon', undefined])(
    'is the time of arrival when CreateTime is %s',
    (createTime) => {
      expect(timeOfMessage(createTime, now)).toBe(now);
    },
  );
});

describe('a time in a read', () => {
  it.each([
    ['seconds', seconds - 60, (seconds - 60) * 1_000],
    ['seconds as text', ` ${seconds - 60} `, (seconds - 60) * 1_000],
    ['milliseconds', now - 60_000, now - 60_000],
    ['milliseconds as text', String(now - 60_000), now - 60_000],
    ['a little ahead, as by another clock', seconds + 30, now],
  ])('is valid when it is %s', (_what, value, at) => {
    expect(readTime(value, now)).toBe(at);
  });

  it.each([
    0,
    -1,
    1,
    86_400,
    '0',
    '',
    'yesterday',
    null,
    undefined,
    true,
    {},
    [seconds],
    Number.NaN,
    1.5,
    9_999_999_999,
    now + 3_600_000,
    9_700_000_000_000_000,
    '99999999999999999999',
  ])('is not valid when it is %s', (value) => {
    expect(readTime(value, now)).toBeUndefined();
  });

  it('is never before the start of WeChat nor in the future, for any input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.anything()), (value) => {
        const at = readTime(value, now);
        if (at === undefined) return;
        expect(at).toBeLessThanOrEqual(now);
        expect(at).toBeGreaterThanOrEqual(Date.UTC(2011, 0, 1));
      }),
    );
  });
});
