import { expect, it } from 'vitest';
import { DAY_MS, dayOf, type Day } from '../../../src/domain/day.js';
import { readSetting } from '../../../src/platform/database/settings.js';
import { eachDatabase } from '../../support/databases.js';
import { aHouse, MONDAY } from '../../support/engine-house.js';

eachDatabase('the corp as a whole', (open) => {
  const monday = dayOf(MONDAY, 'Asia/Shanghai');
  const daysOfJobs = async (skips?: (day: Day) => boolean): Promise<number[]> => {
    const house = await aHouse(await open(), skips ? { skipsDailyJobsOn: skips } : {});
    const days: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      house.clock.pushTo(MONDAY + n * DAY_MS);
      await house.engine.review();
      days.push(Number(await readSetting(house.db.read, 'corp_kept_day')) - monday);
    }
    return days;
  };

  it('is looked after on every day', async () => {
    expect(await daysOfJobs()).toEqual([0, 1, 2, 3]);
  });

  it('is left alone on the days that a demo in a hurry skips', async () => {
    expect(await daysOfJobs((day) => (day - monday) % 3 !== 0)).toEqual([0, 0, 0, 3]);
  });
});
