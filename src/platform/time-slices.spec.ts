import { expect, it } from 'vitest';
import { eachInTimeSlices, mapInTimeSlices } from './time-slices.js';

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

it('yields to the event loop after every 5 ms of work, however many items that is', async () => {
  expect(await doneAtEachYield(2, 9)).toEqual([3, 6, 9]);
  expect(await doneAtEachYield(70, 3)).toEqual([1, 2, 3]);
});

it('does not yield for work that takes little time', async () => {
  expect(await doneAtEachYield(0, 1_000)).toEqual([]);
});

it('yields after every slice of work that waits for something in between, too', async () => {
  let clock = 0;
  const done: number[] = [];
  const seen: number[] = [];
  const observe = (): void => void seen.push(done.length);
  const work = eachInTimeSlices(
    [1, 2, 3, 4, 5],
    async (item) => {
      await Promise.resolve();
      clock += 3;
      if (item % 2 === 1) setImmediate(observe);
      done.push(item);
    },
    () => clock,
  );
  await work;
  expect(done).toEqual([1, 2, 3, 4, 5]);
  expect(seen).toEqual([2, 4]);
});
