import { dayOf } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { readMetrics, type CorpFigures, type MetricRow, type MetricValue } from '../domain/metrics/index.js';
import type { CompiledRule } from '../domain/rules/index.js';
import { inNumbers } from '../platform/database/in-list.js';
import { storableJson } from '../platform/database/storable.js';
import type { Sql } from '../platform/database/sql.js';

interface Moment {
  readonly now: number;
  readonly timeZone: string;
  readonly corp: CorpFigures;
  /** The metrics that an admin has defined. */
  readonly own?: Parameters<typeof readMetrics>[3];
}

export interface RealMember {
  readonly id: MemberId;
  readonly name: string;
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly tags: readonly string[];
}

/** The first real members for whom the condition holds, with what they have. */
export async function membersFor(
  sql: Sql,
  rule: CompiledRule,
  { timeZone, now, corp, own }: Moment,
  limit: number,
): Promise<RealMember[]> {
  const today = dayOf(now, timeZone);
  const predicate = rule.toSql(sql.dialect, { today, corp, alias: 'm', firstPlaceholder: 1 });
  const rows = await sql.all<MetricRow & { member_id: number; name: string }>(
    `SELECT m.*, mb.name FROM member_metrics m JOIN member mb ON mb.id = m.member_id
    WHERE mb.merged_into IS NULL AND (${predicate.sql}) ORDER BY mb.id LIMIT ${limit}`,
    predicate.params,
  );
  const tags = await tagsOf(
    sql,
    rows.map((row) => row.member_id),
  );
  return rows.map((row) => ({
    id: row.member_id as MemberId,
    name: row.name,
    values: readMetrics(row, today, corp, own),
    tags: tags.get(row.member_id) ?? [],
  }));
}

async function tagsOf(sql: Sql, members: readonly number[]): Promise<Map<number, string[]>> {
  if (members.length === 0) return new Map();
  const rows = await sql.all<{ member_id: number; name: string }>(
    `SELECT member_id, name FROM member_tag WHERE want = 1 AND member_id IN ${inNumbers(sql, 1)}`,
    [storableJson(members)],
  );
  const tags = new Map<number, string[]>();
  for (const { member_id: member, name } of rows) tags.set(member, [...(tags.get(member) ?? []), name]);
  return tags;
}
