import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../day.js';
import { decideStage, stages, type StageFigures, type StageState, type StageThresholds } from './stage-policy.js';

const thresholds: StageThresholds = {
  newDays: 30,
  activeDays: 4,
  activeInteractions: 6,
  dozingDays: 30,
  asleepDays: 60,
  lostDays: 90,
  probationDays: 30,
};
const now = 400 * DAY_MS;
const figures = (given: Partial<StageFigures> = {}): StageFigures => ({
  seenInStage: true,
  silentDays: 1,
  joinedDays: 200,
  activeDays30d: 0,
  interactions30d: 0,
  ordersTotal: 0,
  ...given,
});
const stageOf = (given: Partial<StageFigures>, state: StageState = { stage: null, probationUntil: null }) =>
  decideStage(state, figures(given), thresholds, now).stage;

describe('decideStage', () => {
  it.each([
    ['new within thirty days of joining', { joinedDays: 30 }, 'new'],
    ['active on four active days', { activeDays30d: 4 }, 'active'],
    ['active on six content interactions', { interactions30d: 6 }, 'active'],
    ['paying after one order', { ordersTotal: 1, activeDays30d: 9 }, 'paying'],
    ['dozing after thirty silent days, orders or not', { silentDays: 30, ordersTotal: 3 }, 'dozing'],
    ['asleep after sixty', { silentDays: 60 }, 'asleep'],
    ['lost after ninety', { silentDays: 90 }, 'lost'],
    ['dozing when seen, but rarely', { activeDays30d: 3 }, 'dozing'],
    ['by the joining day when never seen', { silentDays: null, joinedDays: 61 }, 'asleep'],
  ] as const)('is %s', (_what, given, stage) => {
    expect(stageOf(given)).toBe(stage);
  });

  it('puts one who wakes up on probation, then back to normal when active', () => {
    expect(
      decideStage({ stage: 'lost', probationUntil: null }, figures({ silentDays: 0 }), thresholds, now),
    ).toMatchObject({ stage: 'returned', probationUntil: now + 30 * DAY_MS });
    expect(stageOf({ activeDays30d: 5 }, { stage: 'returned', probationUntil: now + 1 })).toBe('returned');
    expect(stageOf({ activeDays30d: 5 }, { stage: 'returned', probationUntil: now })).toBe('active');
  });

  it('loses one again whose probation ended without activity', () => {
    expect(stageOf({ silentDays: 20 }, { stage: 'returned', probationUntil: now })).toBe('lost');
  });

  it('does not begin another return until the member is seen again', () => {
    expect(stageOf({ silentDays: 20, seenInStage: false }, { stage: 'lost', probationUntil: null })).toBe('lost');
    expect(stageOf({ silentDays: 0, seenInStage: true }, { stage: 'lost', probationUntil: null })).toBe('returned');
  });

  it('is always exactly one of the stages', () => {
    const figure = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(
        fc.record({
          seenInStage: fc.boolean(),
          silentDays: fc.option(figure),
          joinedDays: fc.option(figure),
          activeDays30d: figure,
          interactions30d: figure,
          ordersTotal: figure,
        }),
        fc.constantFrom(null, ...stages.map((stage) => stage.key)),
        fc.option(fc.integer({ min: now - DAY_MS, max: now + DAY_MS })),
        (given, stage, probationUntil) => {
          const verdict = decideStage({ stage, probationUntil }, given, thresholds, now);
          expect(stages.filter(({ key }) => key === verdict.stage)).toHaveLength(1);
        },
      ),
    );
  });
});
