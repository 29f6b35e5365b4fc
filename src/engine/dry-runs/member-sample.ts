import type { MemberId } from '../../domain/ids.js';

/** How many draws there are. */
export const DRAWS = 65_536;

/** The golden ratio of 2^32: numbers that follow one another get draws that are spread evenly. */
export const DRAW_FACTOR = 2_654_435_761;

/** Every member has one draw of `DRAWS`, the same each time. SQL knows it, too (`change.store.ts`). */
export const drawOf = (id: MemberId): number => Math.imul(id & 0x7fff_ffff, DRAW_FACTOR | 0) >>> 16;

/**
 * Keeps all members that are added while they are at most `most`; of more, an even sample: those with the lowest draws. So it
 * need not be known beforehand how many will be added.
 */
export class MemberSample {
  private below = DRAWS;
  private kept: MemberId[] = [];

  constructor(private readonly most: number) {}

  /** Members whose draw is not below this number need not be added. */
  get drawsBelow(): number {
    return this.below;
  }

  add(id: MemberId): void {
    if (drawOf(id) >= this.below) return;
    this.kept.push(id);
    while (this.kept.length > this.most && this.below > 1) {
      this.below /= 2;
      this.kept = this.kept.filter((one) => drawOf(one) < this.below);
    }
  }

  /** By id. */
  ids(): MemberId[] {
    return this.kept.sort((a, b) => a - b);
  }
}

/** As many of them as that, those with the lowest draws. By id. */
export const sampleOf = (ids: readonly MemberId[], most: number): MemberId[] =>
  ids.length <= most
    ? [...ids]
    : [...ids]
        .sort((a, b) => drawOf(a) - drawOf(b) || a - b)
        .slice(0, most)
        .sort((a, b) => a - b);
