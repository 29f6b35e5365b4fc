import { ckmeans } from 'simple-statistics';

/** Cuts that part a metric into classes: a member is in the upper class when `value >= cut`. Ascending, each once. */
export interface Suggestion {
  /** `quantiles`: classes of equal size; `natural`: the least spread within the classes; `natural_log`: of the logarithms, for skewed figures. */
  readonly method: 'quantiles' | 'natural' | 'natural_log';
  /** Whole numbers. There may be fewer than asked for: no class is empty. */
  readonly cuts: readonly number[];
  /** Members of each class, from the lowest. */
  readonly sizes: readonly number[];
}

export interface HistogramBar {
  readonly from: number;
  /** Included. */
  readonly to: number;
  readonly n: number;
}

export interface Distribution {
  readonly n: number;
  readonly min: number | null;
  readonly max: number | null;
  /** By share, such as `0.5`. */
  readonly quantiles: Readonly<Record<string, number>>;
  readonly histogram: readonly HistogramBar[];
  readonly suggestions: readonly Suggestion[];
}

const SHARES = [0.1, 0.2, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 0.8, 0.9];
const MOST_BARS = 30;
/** Natural breaks are sought among so many values, evenly spread over the sorted ones. */
const MOST_BROKEN = 20_000;

/** The distribution of a metric's known values, and where it may be cut into `classes`. `values` are whole numbers. */
export function distributionOf(values: readonly number[], classes: number): Distribution {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return { n: 0, min: null, max: null, quantiles: {}, histogram: [], suggestions: [] };
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  return {
    n: sorted.length,
    min,
    max,
    quantiles: Object.fromEntries(SHARES.map((share) => [String(Number(share.toFixed(4))), quantile(sorted, share)])),
    histogram: histogramOf(sorted),
    suggestions: [
      suggestion('quantiles', quantileCuts(sorted, classes), sorted),
      suggestion('natural', naturalCuts(sorted, classes), sorted),
      // A logarithm needs values that are not below 0.
      ...(min < 0 ? [] : [suggestion('natural_log', naturalCuts(sorted, classes, Math.log1p), sorted)]),
    ],
  };
}

/** The quantile of sorted values by linear interpolation between them (R's type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}

function quantileCuts(sorted: Float64Array, classes: number): number[] {
  const cuts = Array.from({ length: classes - 1 }, (_, index) => {
    // A remainder of the division must not lift a quantile that lies on a value to the next number.
    const at = quantile(sorted, (index + 1) / classes);
    return Math.ceil(Number(at.toPrecision(12)));
  });
  return cuts.reduce<number[]>(
    (kept, cut) => (parts(sorted, kept.at(-1) ?? -Infinity, cut) ? [...kept, cut] : kept),
    [],
  );
}

/** Whether there are members on both sides of the cut, above the cut before it. */
const parts = (sorted: Float64Array, before: number, cut: number): boolean =>
  sorted.some((value) => value >= before && value < cut) && sorted.at(-1)! >= cut;

/** The least values of the upper classes when the sum of squared deviations within the classes is least (Jenks, ckmeans). */
function naturalCuts(
  sorted: Float64Array,
  classes: number,
  scale: (value: number) => number = (value) => value,
): number[] {
  const step = Math.max(1, sorted.length / MOST_BROKEN);
  const some = Array.from(
    { length: Math.floor(sorted.length / step) },
    (_, index) => sorted[Math.floor(index * step)]!,
  );
  // With more classes than values ckmeans would part equal ones.
  const most = Math.min(classes, new Set(some).size);
  if (most < 2) return [];
  const starts = new Map(some.map((value) => [scale(value), value]));
  const cuts = ckmeans(some.map(scale), most)
    .slice(1)
    .map((group) => starts.get(group[0]!)!);
  return [...new Set(cuts)].filter((cut) => cut > sorted[0]!);
}

function suggestion(method: Suggestion['method'], cuts: readonly number[], sorted: Float64Array): Suggestion {
  const sizes = new Array<number>(cuts.length + 1).fill(0);
  let place = 0;
  for (const value of sorted) {
    while (place < cuts.length && value >= cuts[place]!) place += 1;
    sizes[place]! += 1;
  }
  return { method, cuts, sizes };
}

/** A bar for each value when they are few, otherwise bars of equal width. */
function histogramOf(sorted: Float64Array): HistogramBar[] {
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  const width = Math.max(1, Math.ceil((max - min + 1) / MOST_BARS));
  const bars: { from: number; to: number; n: number }[] = [];
  for (let from = min; from <= max; from += width) bars.push({ from, to: Math.min(max, from + width - 1), n: 0 });
  for (const value of sorted) bars[Math.floor((value - min) / width)]!.n += 1;
  return bars;
}
