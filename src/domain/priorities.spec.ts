import { describe, expect, expectTypeOf, it } from 'vitest';
import { messagePriority, priorities, type Priority } from './priorities.js';

describe('the priorities of the outbox', () => {
  it('keep their stored values', () => {
    expect(priorities).toEqual({
      welcome: 0,
      reply: 1,
      createTags: 1,
      readTagLibrary: 2,
      operatorNotice: 2,
      taskCard: 3,
      readForTask: 4,
      readContact: 5,
      markTags: 6,
      remark: 7,
      makeCode: 10,
      readCorp: 20,
      retireCode: 20,
      checkCode: 30,
      ordinary: 50,
      readGroupStats: 90,
      bulkTags: 110,
    });
  });

  it('are listed in ascending order', () => {
    const values = Object.values(priorities);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it('place campaign messages by their own priority, after everything urgent and before bulk tags', () => {
    expect([100, 75, 50, 49, 1, 0].map(messagePriority)).toEqual([50, 62, 75, 75, 99, 100]);
    expect(messagePriority(0)).toBeLessThan(priorities.bulkTags);
    expect(messagePriority(100)).toBeGreaterThan(priorities.checkCode);
  });

  it('are branded: a plain number does not compile', () => {
    expectTypeOf<number>().not.toExtend<Priority>();
    expectTypeOf<Priority>().toExtend<number>();
  });
});
