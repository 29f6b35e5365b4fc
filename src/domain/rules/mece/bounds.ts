/**
 * Bounds on whole numbers and on their differences: `most[i][j]` is the most that `x(i) - x(j)` can be, and `x(0)` is 0. Always
 * closed: every bound is the tightest that follows from all of them, so that what follows can be read off directly. This is
 * exact for whole numbers (a difference-bound matrix).
 */
export class Bounds {
  private constructor(
    private readonly size: number,
    private readonly most: Float64Array,
  ) {}

  /** No bounds on `count` numbers. */
  static free(count: number): Bounds {
    const size = count + 1;
    const most = new Float64Array(size * size).fill(Infinity);
    for (let i = 0; i < size; i++) most[i * size + i] = 0;
    return new Bounds(size, most);
  }

  /** The most that `x(i) - x(j)` can be. */
  mostOf(i: number, j: number): number {
    return this.most[i * this.size + j]!;
  }

  /** The least that `x(i) - x(j)` can be. */
  leastOf(i: number, j: number): number {
    return 0 - this.mostOf(j, i);
  }

  /** With `x(i) - x(j) <= limit` as well; null when no numbers are left. */
  with(i: number, j: number, limit: number): Bounds | null {
    const { size, most } = this;
    if (limit >= this.mostOf(i, j)) return this;
    if (limit < this.leastOf(i, j)) return null;
    const tighter = most.slice();
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        const through = most[a * size + i]! + limit + most[j * size + b]!;
        if (through < tighter[a * size + b]!) tighter[a * size + b] = through;
      }
    return new Bounds(size, tighter);
  }

  /** The numbers within both; null when there are none. */
  within(other: Bounds): Bounds | null {
    const places = [...Array(this.size).keys()];
    return places
      .flatMap((i) => places.map((j) => [i, j] as const))
      .reduce<Bounds | null>((both, [i, j]) => both && both.with(i, j, other.mostOf(i, j)), this);
  }

  /** The same numbers with `x(i)` greater by `step`. */
  moved(i: number, step: number): Bounds {
    const moved = this.most.slice();
    for (let j = 0; j < this.size; j++) {
      if (j === i) continue;
      moved[i * this.size + j]! += step;
      moved[j * this.size + i]! -= step;
    }
    return new Bounds(this.size, moved);
  }

  /** Whether these numbers keep the bounds. Null: the number is not known, and none of its bounds counts. */
  hold(numbers: readonly (number | null)[]): boolean {
    const all = [0, ...numbers];
    return all.every((x, i) => all.every((y, j) => x === null || y === null || x - y <= this.mostOf(i, j)));
  }

  /** The least values. Together they keep all bounds. A number without a least value is 0 or its greatest value. */
  example(): number[] {
    return Array.from({ length: this.size - 1 }, (_, index) => {
      const least = this.leastOf(index + 1, 0);
      if (Number.isFinite(least)) return least;
      return Math.min(0, this.mostOf(index + 1, 0));
    });
  }
}
