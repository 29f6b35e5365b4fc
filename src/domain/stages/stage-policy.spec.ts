import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideStage, stages, type ActiveDay, type StageFigures, type StageThresholds } from './stage-policy.js';

const thresholds: StageThresholds = {
  newDays: 30,
  activeDays: 4,
  activeInteractions: 6,
  dozingDays: 30,
  asleepDays: 60,
  lostDays: 90,
  probationDays: 30,
};
const today = 400;
const figures = (given: Partial<StageFigures> = {}): StageFigures => ({
  today,
  silentDays: 1,
  joinedDays: 200,
  activeDays30d: 0,
  interactions30d: 0,
  ordersTotal: 0,
  returnedOn: null,
  activeDays: [],
  ...given,
});
const stageOf = (given: Partial<StageFigures>) => decideStage(figures(given), thresholds).stage;
const days = (...all: number[]): ActiveDay[] => all.map((day) => ({ day, interactions: 0 }));

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
    ['measured from the joining day when never seen', { silentDays: null, joinedDays: 61 }, 'asleep'],
    ['not new when the day of joining is not known', { silentDays: 2, joinedDays: null }, 'dozing'],
    ['not new when nothing at all is known', { silentDays: null, joinedDays: null }, 'dozing'],
  ] as const)('is %s', (_what, given, stage) => {
    expect(stageOf(given)).toBe(stage);
  });

  it('puts a returning member on probation, then back to normal when active', () => {
    expect(decideStage(figures({ returnedOn: today, activeDays: days(today) }), thresholds)).toMatchObject({
      stage: 'returned',
      probationUntil: today + 30,
    });
    const stayed = { activeDays30d: 5, activeDays: days(371, 375, 380, 390) };
    expect(stageOf({ ...stayed, returnedOn: 371 })).toBe('returned');
    expect(stageOf({ ...stayed, returnedOn: 370 })).toBe('active');
  });

  it('is lost again when the probation ends without activity', () => {
    expect(stageOf({ silentDays: 20, returnedOn: 370, activeDays: days(370, 380) })).toBe('lost');
  });

  it('begins another probation only when the member is seen again', () => {
    expect(stageOf({ silentDays: 31, returnedOn: 369, activeDays: days(369) })).toBe('lost');
    expect(stageOf({ silentDays: 0, returnedOn: 369, activeDays: days(369, 400) })).toBe('returned');
    expect(stageOf({ silentDays: 0, returnedOn: 330, activeDays: days(330, 361, 400) })).toBe('returned');
  });

  it('treats a return that becomes known late like one known in time', () => {
    // Returned on day 330 and active on four days until 360, so normal since then.
    expect(stageOf({ silentDays: 40, returnedOn: 330, activeDays: days(330, 335, 340, 350, 355) })).toBe('dozing');
  });

  it('is always exactly one of the stages, with any settings', () => {
    const figure = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(
        fc.record({
          silentDays: fc.option(figure),
          joinedDays: fc.option(figure),
          activeDays30d: figure,
          interactions30d: figure,
          ordersTotal: figure,
          returnedOn: fc.option(fc.integer({ min: today - 200, max: today })),
          activeDays: fc
            .uniqueArray(fc.integer({ min: today - 230, max: today }))
            .map((list) => days(...list.sort((a, b) => a - b))),
        }),
        fc.integer({ min: 1, max: 60 }),
        (given, probationDays) => {
          const verdict = decideStage(figures(given), { ...thresholds, probationDays });
          expect(stages.filter(({ key }) => key === verdict.stage)).toHaveLength(1);
        },
      ),
    );
  });
});
