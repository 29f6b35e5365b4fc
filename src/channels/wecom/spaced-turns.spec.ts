import { expect, it } from 'vitest';
import { SpacedTurns, type Turn } from './spaced-turns.js';

/** Sleeping moves the clock on. */
const aClock = () => {
  const clock = {
    at: 0,
    now: () => clock.at,
    sleep: async (ms: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.at += ms;
    },
  };
  return clock;
};

it('lets the first begin at once, and each one after it so much later', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, 10, clock);
  const begun: number[] = [];
  await Promise.all([1, 2, 3].map(async () => begun.push((await turns.take(), clock.at))));
  expect(begun).toEqual([0, 5, 10]);
});

it('makes nobody wait who comes when nobody has begun lately', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, 10, clock);
  await turns.take();
  clock.at = 5;
  await turns.take();
  clock.at = 1_000;
  await turns.take();
  expect(clock.at).toBe(1_000);
});

it('keeps no place for who went away, however many they were', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, 400, clock);
  await turns.take();
  for (let i = 0; i < 10_000; i += 1) expect(await turns.take((leave) => queueMicrotask(leave))).not.toBe('crowded');
  expect(turns.length).toBe(0);
  const came = clock.at;
  expect(await turns.take()).toBe('begun');
  expect(clock.at - came).toBeLessThanOrEqual(5);
});

it('sends away at once who would wait too long, and takes the next when there is room again', async () => {
  const clock = aClock();
  const turns = new SpacedTurns(5, 2, clock);
  const first: Promise<Turn>[] = [turns.take(), turns.take(), turns.take(), turns.take()];
  expect(await first[3]).toBe('crowded');
  expect(await Promise.all(first)).toEqual(['begun', 'begun', 'begun', 'crowded']);
  expect(await turns.take()).toBe('begun');
});
