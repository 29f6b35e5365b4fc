import { expect, it } from 'vitest';
import { SpacedQueue, type Turn } from './spaced-queue.js';

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
  const turns = new SpacedQueue(5, 10, clock);
  const begun: number[] = [];
  await Promise.all([1, 2, 3].map(async () => begun.push((await turns.waitForTurn('a'), clock.at))));
  expect(begun).toEqual([0, 5, 10]);
});

it('makes nobody wait who comes when nobody has begun lately', async () => {
  const clock = aClock();
  const turns = new SpacedQueue(5, 10, clock);
  await turns.waitForTurn('a');
  clock.at = 5;
  await turns.waitForTurn('a');
  clock.at = 1_000;
  await turns.waitForTurn('a');
  expect(clock.at).toBe(1_000);
});

it('keeps no place for who went away, however many they were', async () => {
  const clock = aClock();
  const turns = new SpacedQueue(5, 400, clock);
  await turns.waitForTurn('a');
  for (let i = 0; i < 10_000; i += 1)
    expect(await turns.waitForTurn('a', (leave) => queueMicrotask(leave))).not.toBe('crowded');
  expect(turns.length).toBe(0);
  const came = clock.at;
  expect(await turns.waitForTurn('a')).toBe('begun');
  expect(clock.at - came).toBeLessThanOrEqual(5);
});

it('sends away at once who would wait too long, and takes the next when there is room again', async () => {
  const clock = aClock();
  const turns = new SpacedQueue(5, 2, clock);
  const all: Promise<Turn>[] = [
    turns.waitForTurn('a'),
    turns.waitForTurn('a'),
    turns.waitForTurn('a'),
    turns.waitForTurn('a'),
  ];
  expect(await all[3]).toBe('crowded');
  expect(await Promise.all(all)).toEqual(['begun', 'begun', 'begun', 'crowded']);
  expect(await turns.waitForTurn('a')).toBe('begun');
});

it('takes turns among networks: whoever sends many waits for their own', async () => {
  const clock = aClock();
  const turns = new SpacedQueue(5, 1_000, clock);
  const order: string[] = [];
  const take = async (network: string) => order.push((await turns.waitForTurn(network), network));
  await Promise.all([...Array.from({ length: 300 }, () => take('many')), take('few'), take('few'), take('other')]);
  expect(order.slice(0, 6)).toEqual(['many', 'many', 'few', 'other', 'many', 'few']);
  expect(order).toHaveLength(303);
});

it('lets somebody of a network with few in, at the cost of the newest of the one with most', async () => {
  const clock = aClock();
  const turns = new SpacedQueue(5, 3, clock);
  const many = [1, 2, 3, 4].map(() => turns.waitForTurn('many'));
  const few = turns.waitForTurn('few');
  expect(await Promise.all([...many, few])).toEqual(['begun', 'begun', 'begun', 'crowded', 'begun']);
  expect(turns.length).toBe(0);
});
