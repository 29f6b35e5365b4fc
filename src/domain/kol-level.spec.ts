import { describe, expect, it } from 'vitest';
import { kolLevel, type KolFigures } from './kol-level.js';

const marks = [
  { messages: 10, activeDays: 3, mentions: 0 },
  { messages: 30, activeDays: 8, mentions: 3 },
  { messages: 90, activeDays: 18, mentions: 20 },
];
const figures = (given: Partial<KolFigures> = {}): KolFigures => ({
  messages30d: 0,
  talkDays30d: 0,
  mentions30d: 0,
  ads30d: 0,
  ...given,
});

describe('kolLevel', () => {
  it.each([
    ['0 for a silent member', {}, 0],
    ['1 for ten messages on three days', { messages30d: 10, talkDays30d: 3 }, 1],
    ['0 for many messages on one day', { messages30d: 500, talkDays30d: 1 }, 0],
    ['2 with enough mentions', { messages30d: 30, talkDays30d: 8, mentions30d: 3 }, 2],
    ['no level beyond the first one that is missed', { messages30d: 500, talkDays30d: 30, mentions30d: 2 }, 1],
    ['at most the highest level', { messages30d: 500, talkDays30d: 30, mentions30d: 100 }, 3],
    ['messages without ads', { messages30d: 10, talkDays30d: 3, ads30d: 1 }, 0],
  ] as const)('gives %s', (_case, given, level) => {
    expect(kolLevel(figures(given), marks)).toBe(level);
  });
});
