import { expect, it } from 'vitest';
import { SpacedTurns } from './spaced-turns.js';

const aClock = () => {
  const waits: number[] = [];
  const clock = { at: 0, waits, now: () => clock.at, sleep: (ms: number) => Promise.resolve(void waits.push(ms)) };
  return clock;
};

it('lets the first begin at once, and each one after it so much later', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, clock);
  await Promise.all([turns.take(), turns.take(), turns.take()]);
  expect(clock.waits).toEqual([5, 10]);
});

it('makes nobody wait who comes when nobody has begun lately', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, clock);
  await turns.take();
  clock.at = 5;
  await turns.take();
  clock.at = 1_000;
  await turns.take();
  expect(clock.waits).toEqual([]);
});
