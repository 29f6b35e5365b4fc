import { kmeans } from 'ml-kmeans';

export interface Cluster {
  /** The mean of each column. */
  readonly centre: readonly [number, number];
  readonly n: number;
}

export interface Clusters {
  /** Ascending by the first column of their centres. */
  readonly clusters: readonly Cluster[];
  /** Place in `clusters` of every point. */
  readonly of: readonly number[];
  /** Sum of squared distances to the centres, in standard deviations. */
  readonly within: number;
}

/** One start can end in a bad place; the best of so many is taken. */
const STARTS = 40;

type Point = readonly [number, number];

/**
 * Parts points into `classes` by k-means, on columns divided by their standard deviation, so that money does not drown
 * counts. The same points give the same answer. It can take seconds, so it yields after each start.
 */
export function* clustersOf(points: readonly Point[], classes: number): Generator<undefined, Clusters> {
  const distinct = new Set(points.map((point) => point.join(' '))).size;
  const most = Math.min(classes, distinct);
  if (most < 2) {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const all = { centre: [mean(xs), mean(ys)] as const, n: points.length };
    return { clusters: points.length === 0 ? [] : [all], of: points.map(() => 0), within: 0 };
  }
  const scales = [0, 1].map((column) => scaleOf(points.map((point) => point[column]!)));
  const scaled = points.map((point) => point.map((value, column) => scales[column]!(value)));
  let best: { readonly of: readonly number[]; readonly within: number } | undefined;
  for (let seed = 1; seed <= STARTS; seed++) {
    const { clusters, centroids } = kmeans(scaled, most, { initialization: 'kmeans++', seed, maxIterations: 300 });
    const within = scaled.reduce((sum, point, index) => sum + squaredDistance(point, centroids[clusters[index]!]!), 0);
    if (best === undefined || within < best.within) best = { of: clusters, within };
    yield;
  }
  return ordered(points, best!);
}

function ordered(
  points: readonly Point[],
  { of, within }: { readonly of: readonly number[]; readonly within: number },
): Clusters {
  const clusters = [...new Set(of)].map((name) => {
    const members = points.filter((_, index) => of[index] === name);
    const centre: Point = [mean(members.map(([x]) => x)), mean(members.map(([, y]) => y))];
    return { name, centre, n: members.length };
  });
  clusters.sort((a, b) => a.centre[0] - b.centre[0] || a.centre[1] - b.centre[1]);
  const place = new Map(clusters.map(({ name }, index) => [name, index]));
  return {
    clusters: clusters.map(({ centre, n }) => ({ centre, n })),
    of: of.map((name) => place.get(name)!),
    within,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Divides by the deviation of the population; a column of equal values becomes 0. */
function scaleOf(values: readonly number[]): (value: number) => number {
  const middle = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return deviation === 0 ? () => 0 : (value) => (value - middle) / deviation;
}

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);
