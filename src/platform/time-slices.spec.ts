import { expect, it } from 'vitest';
import { mapInTimeSlices } from './time-slices.js';

/** How many items were done each time the event loop ran another callback. */
async function doneAtEachYield(msOfWork: number, items: number): Promise<number[]> {
  let clock = 0;
  let done = 0;
  let isOver = false;
  const seen: number[] = [];
  const observe = (): void => {
    seen.push(done);
    if (!isOver) setImmediate(observe);
  };
  setImmediate(observe);
  const work = (item: number): number => {
    clock += msOfWork;
    done += 1;
    return item * 2;
  };
  const answers = await mapInTimeSlices(
    Array.from({ length: items }, (_none, index) => index),
    work,
    () => clock,
  );
  isOver = true;
  expect(answers).toEqual(Array.from({ length: items }, (_none, index) => index * 2));
  return seen;
}

it('yields to the event loop after every 20 ms of work, however many items that is', async () => {
  expect(await doneAtEachYield(5, 12)).toEqual([4, 8, 12]);
  expect(await doneAtEachYield(70, 3)).toEqual([1, 2, 3]);
});

it('does not yield for work that takes little time', async () => {
  expect(await doneAtEachYield(0, 1_000)).toEqual([]);
});
