import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../day.js';
import { ANSWER_PACE, answerAt, type PastAnswer } from './answer-pace.js';

const NOW = Date.UTC(2026, 2, 2, 9);
const said = (over: Partial<PastAnswer>): PastAnswer => ({
  asker: 'chat:1',
  place: 'group:R',
  at: NOW,
  text: '你现在是「会员」',
  ...over,
});
const at = (past: readonly PastAnswer[], over: Partial<Parameters<typeof answerAt>[0]> = {}, now = NOW) =>
  answerAt({ asker: 'chat:1', place: 'group:R', text: '别的话', mustBeGiven: false, ...over }, past, ANSWER_PACE, now);

describe('how often members are answered', () => {
  it('is once a minute per person in groups, and further answers are dropped', () => {
    expect(at([])).toBe(NOW);
    expect(at([said({ at: NOW - MINUTE_MS + 1 })])).toBeNull();
    expect(at([said({ at: NOW - MINUTE_MS })])).toBe(NOW);
    expect(at([said({ at: NOW - 1, asker: 'chat:2' })])).toBe(NOW);
    expect(at([said({ at: NOW - 1, place: 'group:other' })])).toBeNull();
  });

  it('delays an answer that must be given to the end of the minute in a group, not in private', () => {
    expect(at([said({ at: NOW - 20_000 })], { mustBeGiven: true })).toBe(NOW + 40_000);
    expect(at([said({ at: NOW - 20_000, place: 'dm' })], { mustBeGiven: true, place: 'dm' })).toBe(NOW);
  });

  it('sends the same text to one person once in ten minutes', () => {
    const same = { text: '你现在是「会员」', mustBeGiven: true };
    expect(at([said({ at: NOW - 10 * MINUTE_MS + 1 })], same)).toBeNull();
    expect(at([said({ at: NOW - 10 * MINUTE_MS })], same)).toBe(NOW);
  });

  it('repeats a text without another wording once a minute', () => {
    const same = { text: '你现在是「会员」', mustBeGiven: true, place: 'dm', mayRepeat: true };
    expect(at([said({ at: NOW - MINUTE_MS + 1, place: 'dm' })], same)).toBeNull();
    expect(at([said({ at: NOW - MINUTE_MS, place: 'dm' })], same)).toBe(NOW);
  });

  it('keeps the hourly limits of the room and of the account', () => {
    const others = (n: number, place = 'group:R') =>
      Array.from({ length: n }, (_, index) => said({ asker: `chat:${index + 10}`, at: NOW - 59 * MINUTE_MS, place }));
    expect(at(others(19))).toBe(NOW);
    expect(at(others(20))).toBeNull();
    expect(at(others(20), { place: 'dm' })).toBe(NOW);
    expect(at(others(20), {}, NOW + MINUTE_MS)).toBe(NOW + MINUTE_MS);
    expect(at(others(60, 'group:other'), { mustBeGiven: true })).toBeNull();
  });

  it('delays a question until the hour of the account has room', () => {
    const asks = { mustBeGiven: true, isQuestion: true, place: 'dm' };
    const full = Array.from({ length: 60 }, (_, n) => said({ asker: `chat:${n + 10}`, at: NOW - 50 * MINUTE_MS + n }));
    expect(at(full, asks)).toBe(NOW + 10 * MINUTE_MS);
    const queued = said({ asker: 'chat:2', place: 'dm', at: NOW + 10 * MINUTE_MS });
    expect(at([...full, queued], asks)).toBe(NOW + 10 * MINUTE_MS + 1);
    expect(at([...full, { ...queued, asker: 'chat:1', text: '别的话' }], asks)).toBeNull();
  });
});
