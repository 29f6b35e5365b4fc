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
  posts30d: 0,
  replies30d: 0,
  mentionPeople30d: 0,
  mentionDays30d: 0,
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

  it('asks for posts, and for replies and mentions per post', () => {
    const quality = [{ messages: 0, activeDays: 0, mentions: 0, posts: 10, qualityPercent: 70 }];
    const of = (posts30d: number, replies30d: number, mentions30d: number) =>
      kolLevel(figures({ messages30d: 99, posts30d, replies30d, mentions30d }), quality);
    expect(of(10, 4, 3)).toBe(1);
    expect(of(10, 4, 2)).toBe(0);
    // Ads and one-word messages are no posts, so they neither help nor spoil the quality.
    expect(of(9, 99, 99)).toBe(0);
    expect(of(100, 69, 0)).toBe(0);
  });

  it('is not lifted by one friend who mentions the member often', () => {
    const spread = [{ messages: 0, activeDays: 0, mentions: 20, mentionPeople: 5, mentionDays: 3 }];
    const of = (mentionPeople30d: number, mentionDays30d: number) =>
      kolLevel(figures({ mentions30d: 50, mentionPeople30d, mentionDays30d }), spread);
    expect(of(1, 30)).toBe(0);
    expect(of(30, 1)).toBe(0);
    expect(of(5, 3)).toBe(1);
  });
});
