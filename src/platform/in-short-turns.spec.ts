import { expect, it } from 'vitest';
import { inShortTurns } from './in-short-turns.js';

/** How many items were done each time somebody else had a turn. */
async function seenByOthers(msOfWork: number, items: number): Promise<number[]> {
  let clock = 0;
  let done = 0;
  let isOver = false;
  const seen: number[] = [];
  const look = (): void => {
    seen.push(done);
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  const work = (item: number): number => {
    clock += msOfWork;
    done += 1;
    return item * 2;
  };
  const answers = await inShortTurns(
    Array.from({ length: items }, (_none, index) => index),
    work,
    () => clock,
  );
  isOver = true;
  expect(answers).toEqual(Array.from({ length: items }, (_none, index) => index * 2));
  return seen;
}

it('lets others have their turn after every 20 ms of work, however many items that is', async () => {
  expect(await seenByOthers(5, 12)).toEqual([4, 8, 12]);
  expect(await seenByOthers(70, 3)).toEqual([1, 2, 3]);
});

it('does what takes little time in one go', async () => {
  expect(await seenByOthers(0, 1_000)).toEqual([]);
});
