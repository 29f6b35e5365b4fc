import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brakeReasons, type BrakePolicy } from './brakes.js';

const policy: BrakePolicy = { movedPercent: 20, movedAtLeast: 20, writtenTo: 500 };
const sizes = new Map([
  ['regular', 100],
  ['member', 1_000],
]);

describe('brakes', () => {
  it.each([
    [[{ from: 'regular', to: 'member', n: 20 }], 0, []],
    [[{ from: 'regular', to: 'member', n: 21 }], 0, [{ kind: 'moved', tier: 'regular', n: 21, of: 100 }]],
    [
      [
        { from: 'member', to: 'regular', n: 150 },
        { from: 'member', to: 'loyal', n: 60 },
      ],
      0,
      [{ kind: 'moved', tier: 'member', n: 210, of: 1_000 }],
    ],
    [[], 500, []],
    [[], 501, [{ kind: 'written', n: 501 }]],
  ])('of moves %j and %i people written to stop the run for %j', (moves, writtenTo, reasons) => {
    expect(brakeReasons({ moves, sizes, writtenTo }, policy)).toEqual(reasons);
  });

  it('never stop fewer people than always may move, and always stop more than the share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 400 }), (n, of) => {
        const reasons = brakeReasons(
          { moves: [{ from: 'a', to: 'b', n }], sizes: new Map([['a', of]]), writtenTo: 0 },
          policy,
        );
        const isStopped = reasons.length > 0;
        expect(isStopped).toBe(n >= 20 && n > Math.max(n, of) * 0.2);
      }),
    );
  });
});
