import type { CorpFigures } from '../domain/metrics/index.js';
import type { CompiledRule } from '../domain/rules/index.js';
import type { Day } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';

/** Segments that are counted by one statement; each adds to its parameters. */
const COUNTED_AT_ONCE = 20;

interface CountedSegment {
  readonly key: string;
  readonly when: CompiledRule;
}

export interface SegmentCounts {
  /** All members, in a segment or not. */
  readonly members: number;
  readonly bySegment: ReadonlyMap<string, number>;
}

/** How many members are in each segment, by their stored figures: one pass over the members for every 20 segments. */
export async function countSegments(
  sql: Sql,
  segments: readonly CountedSegment[],
  moment: { readonly today: Day; readonly corp: CorpFigures },
): Promise<SegmentCounts> {
  const bySegment = new Map<string, number>();
  // A merged record has no figures.
  const all = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member_metrics');
  for (let from = 0; from < segments.length; from += COUNTED_AT_ONCE) {
    const some = segments.slice(from, from + COUNTED_AT_ONCE);
    const params: (string | number | null)[] = [];
    const counts = some.map(({ when }, index) => {
      const predicate = when.toSql(sql.dialect, { ...moment, alias: 'm', firstPlaceholder: params.length + 1 });
      params.push(...predicate.params);
      return `SUM(CASE WHEN ${predicate.sql} THEN 1 ELSE 0 END) AS n_${index}`;
    });
    const row = await sql.one<Record<string, number | null>>(
      `SELECT ${counts.join(', ')} FROM member_metrics m`,
      params,
    );
    for (const [index, { key }] of some.entries()) bySegment.set(key, Number(row?.[`n_${index}`] ?? 0));
  }
  return { members: Number(all?.n ?? 0), bySegment };
}
