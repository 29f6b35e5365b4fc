import { expect, it } from 'vitest';
import { Pace } from './pace.js';

/** Drives time for `most` turns; returns by how many ms it moved in each. */
async function turns(pace: Pace, most: number, during: (turn: number) => void = () => undefined): Promise<number[]> {
  const moves: number[] = [];
  let enough: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (enough = resolve));
  const stop = pace.drive(1, async (byMs) => {
    moves.push(byMs);
    during(moves.length);
    if (moves.length === most) enough();
  });
  await done;
  await stop();
  return moves.slice(0, most);
}

it('moves time in each turn by exactly what its pace says', async () => {
  expect(await turns(new Pace(60_000), 3)).toEqual([60, 60, 60]);
});

it('does not move when paused, except when pushed', async () => {
  const pace = new Pace(60_000);
  pace.isPaused = true;
  expect(await turns(pace, 3, (turn) => (turn === 1 ? pace.push(3_600_000) : undefined))).toEqual([0, 3_600_000, 0]);
});

it('moves by whole milliseconds, and loses no fraction', async () => {
  const moves = await turns(new Pace(2_500), 4);
  expect(moves).toEqual([2, 3, 2, 3]);
});
