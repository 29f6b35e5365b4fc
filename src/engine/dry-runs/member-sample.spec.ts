import { expect, it } from 'vitest';
import type { MemberId } from '../../domain/ids.js';
import { DRAWS, drawOf, MemberSample, sampleOf } from './member-sample.js';

const idsTo = (last: number, step = 1): MemberId[] =>
  Array.from({ length: Math.floor(last / step) }, (_, index) => ((index + 1) * step) as MemberId);

function sampled(ids: readonly MemberId[], most: number): MemberId[] {
  const sample = new MemberSample(most);
  for (const id of ids) sample.add(id);
  return sample.ids();
}

it('keeps everybody while they are few', () => {
  expect(sampled(idsTo(500), 500)).toEqual(idsTo(500));
});

it.each([1, 7, 10])(
  'keeps between half as many as wanted and all of them, from all over the members (every %i-th)',
  (step) => {
    const kept = sampled(idsTo(1_000_000, step), 4_000);
    expect(kept.length).toBeGreaterThan(1_900);
    expect(kept.length).toBeLessThanOrEqual(4_000);
    for (const part of [0, 1, 2, 3, 4]) {
      const inPart = kept.filter((id) => id > part * 200_000 && id <= (part + 1) * 200_000).length;
      expect(inPart / kept.length).toBeCloseTo(0.2, 1);
    }
  },
);

it('keeps the same members in whatever order they come', () => {
  expect(sampled(idsTo(50_000).reverse(), 300)).toEqual(sampled(idsTo(50_000), 300));
});

it('gives every member a draw below their number, up to the largest ids', () => {
  for (const id of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER] as MemberId[]) {
    expect(drawOf(id)).toBeGreaterThanOrEqual(0);
    expect(drawOf(id)).toBeLessThan(DRAWS);
  }
});

it('takes those with the lowest draws of many, in the order of their ids', () => {
  const few = sampleOf(idsTo(1_000), 10);
  expect(few).toHaveLength(10);
  expect(few).toEqual([...few].sort((a, b) => a - b));
  const highest = Math.max(...few.map(drawOf));
  expect(
    idsTo(1_000)
      .filter((id) => drawOf(id) < highest)
      .every((id) => few.includes(id)),
  ).toBe(true);
  expect(sampleOf(idsTo(5), 10)).toEqual(idsTo(5));
});
