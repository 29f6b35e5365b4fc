import type { Day } from '../../domain/day.js';
import { metricSql, type MetricDefinition } from '../../domain/metrics/index.js';
import type { Dialect, Sql } from '../../platform/database/sql.js';

/** With more members than this, only every n-th is read. */
const MOST_READ = 200_000;
const MOST_PAIRS = 5_000;

export interface MetricSample {
  /** The known values of the members that were read. */
  readonly values: readonly number[];
  /** How many of the members that were read have no value. */
  readonly nulls: number;
  /** 1: everybody was read; n: one member of n. */
  readonly oneIn: number;
}

/** The values of a metric over all members who were not merged into others. A corp figure is the same for all and has no distribution. */
export async function sampleMetric(sql: Sql, metric: MetricDefinition, today: Day): Promise<MetricSample> {
  const oneIn = await sampling(sql, MOST_READ);
  const rows = await sql.all<{ value: number | null; n: number }>(
    `SELECT ${valueOf(metric, today, sql.dialect)} AS value, COUNT(*) AS n ${members(oneIn)} GROUP BY value`,
  );
  const values: number[] = [];
  let nulls = 0;
  for (const { value, n } of rows) {
    if (value === null) nulls += Number(n);
    else for (let i = 0; i < Number(n); i++) values.push(Number(value));
  }
  return { values, nulls, oneIn };
}

/** Pairs of two metrics, of members of whom both are known, and how many were left out because one is not. */
export async function samplePairs(
  sql: Sql,
  [x, y]: readonly [MetricDefinition, MetricDefinition],
  today: Day,
): Promise<{
  readonly points: readonly (readonly [number, number])[];
  readonly leftOut: number;
  readonly oneIn: number;
}> {
  const oneIn = await sampling(sql, MOST_PAIRS);
  const rows = await sql.all<{ x: number | null; y: number | null }>(
    `SELECT ${valueOf(x, today, sql.dialect)} AS x, ${valueOf(y, today, sql.dialect)} AS y ${members(oneIn)} ORDER BY m.member_id`,
  );
  const points = rows.flatMap((row) =>
    row.x === null || row.y === null ? [] : [[Number(row.x), Number(row.y)] as const],
  );
  return { points, leftOut: rows.length - points.length, oneIn };
}

async function sampling(sql: Sql, most: number): Promise<number> {
  const counted = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member_metrics');
  return Math.max(1, Math.ceil(Number(counted?.n ?? 0) / most));
}

const members = (oneIn: number): string =>
  `FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.merged_into IS NULL AND m.member_id % ${oneIn} = 0`;

function valueOf({ name, read, type }: MetricDefinition, today: Day, dialect: Dialect): string {
  const corp = (): never => {
    throw new Error(`${name} is a figure of the corp, not of members`);
  };
  return metricSql({ read, type }, { alias: 'm', today: () => String(today), corp, dialect });
}
