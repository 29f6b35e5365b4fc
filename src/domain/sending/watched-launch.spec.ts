import { describe, expect, it } from 'vitest';
import { DRAW_PARTS, gateAt, judgeLaunch, launchDraw, type WatchedLaunch } from './watched-launch.js';

const watched: WatchedLaunch = {
  ...{ first: 7, then: [1, 10], opensAfterHours: 24 },
  ...{ mostOptOutPercent: 2, mostFailedPercent: 20 },
};
const HOUR = 3_600_000;

describe('a watched launch', () => {
  it('lets the first few go, then the shares, then all', () => {
    expect([0, 1, 2, 3, 4].map((stage) => gateAt(watched, stage))).toEqual([
      { kind: 'first', most: 7 },
      { kind: 'share', below: 100 },
      { kind: 'share', below: 1_000 },
      { kind: 'open' },
      { kind: 'open' },
    ]);
  });

  it('draws about as many messages as the share says, and others for another version', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `message:news:${index}`);
    const below = (version: number) => keys.filter((key) => launchDraw(version, key) < DRAW_PARTS / 10);
    expect(below(1).length).toBeGreaterThan(1_800);
    expect(below(1).length).toBeLessThan(2_200);
    expect(below(1)).not.toEqual(below(2));
  });

  const judged = (figures: Partial<Parameters<typeof judgeLaunch>[1]>, hours = 25, rules = watched) =>
    judgeLaunch(rules, { passed: 100, sent: 100, failed: 0, optedOut: 0, ...figures }, { since: 0, now: hours * HOUR });

  it('opens by itself after its hours with good figures only', () => {
    expect(judged({})).toBe('good');
    expect(judged({ optedOut: 2, failed: 20 })).toBe('good');
    expect(judged({}, 23)).toBe('not_yet');
    expect(judged({}, 25, { ...watched, opensAfterHours: null })).toBe('not_yet');
  });

  it('does not take it for good when nothing has arrived', () => {
    expect(judged({ passed: 0, sent: 0 })).toBe('not_yet');
  });

  it.each([
    ['opt-outs', { optedOut: 3 }],
    ['failures', { failed: 21 }],
  ])('is bad with too many %s, at once', (_, figures) => {
    expect(judged(figures, 0)).toBe('bad');
  });
});
