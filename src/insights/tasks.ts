import { snoozedUntil } from '../domain/snoozed-until.js';
import { isSameUserid } from '../domain/userid.js';
import type { Sql } from '../platform/database/sql.js';
import { pageOf, readCursor, type Page } from './page.js';

export interface TaskInList {
  readonly id: number;
  readonly kind: string;
  readonly staff: string;
  readonly text: string;
  readonly memberId: number | null;
  readonly createdAt: number;
  readonly dueAt: number | null;
  readonly doneAt: number | null;
  readonly state: string;
  /** Until when a person has snoozed the task; null if nobody did. */
  readonly snoozedUntil: number | null;
  readonly answeredBy: string | null;
  /** Its card did not reach the assignee, and operators were notified instead. */
  readonly unreached: boolean;
  /** Still open after it was due. */
  readonly isOverdue: boolean;
}

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly staff: string;
  readonly text: string;
  readonly member_id: number | null;
  readonly created_at: number;
  readonly due_at: number | null;
  readonly done_at: number | null;
  readonly state: string;
  readonly snoozed_until: number | null;
  readonly answered_by: string | null;
  readonly unreached: string | null;
  readonly late: number;
  readonly rank: number;
}

export interface TaskFilter {
  /** A stored state, or `overdue` for open tasks past their due date. */
  readonly state?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** SQL condition: open and due by a moment. */
export const overdueAt = (moment: string): string => `state = 'open' AND due_at <= ${moment}`;

/** Tasks for people: overdue ones first, the longest overdue at the top, then the newest. */
export async function listTasks(sql: Sql, filter: TaskFilter, now: number): Promise<Page<TaskInList>> {
  const after = readCursor(filter.cursor, 4);
  // Overdue as of the first page. Otherwise a task that falls due between two pages would change its place and be skipped.
  const asOf = after?.[0] ?? now;
  const params: (string | number)[] = [asOf];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where: string[] = [];
  if (filter.state === 'overdue') where.push('late = 1');
  else if (filter.state) where.push(`state = ${place(filter.state)}`);
  if (after) {
    const [late, rank, id] = [place(after[1]!), place(after[2]!), place(after[3]!)];
    where.push(`(late < ${late} OR (late = ${late} AND (rank > ${rank} OR (rank = ${rank} AND id < ${id}))))`);
  }
  const rows = await sql.all<Row>(
    `SELECT * FROM (
       SELECT id, kind, staff, text, member_id, created_at, due_at, done_at, state, snoozed_until, answered_by, unreached,
         CASE WHEN ${overdueAt('$1')} THEN 1 ELSE 0 END AS late, CASE WHEN ${overdueAt('$1')} THEN due_at ELSE 0 END AS rank
       FROM operator_task) AS task
     ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY late DESC, rank, id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [asOf, Number(row.late), Number(row.rank), row.id]);
  const items = page.items.map((row) => ({
    id: row.id,
    kind: row.kind,
    staff: row.staff,
    text: row.text,
    memberId: row.member_id,
    createdAt: row.created_at,
    dueAt: row.due_at,
    doneAt: row.done_at,
    state: row.state,
    snoozedUntil: snoozedUntil(row.snoozed_until, row.due_at),
    answeredBy: row.answered_by,
    unreached: row.unreached !== null && isSameUserid(row.unreached, row.staff),
    isOverdue: Number(row.late) === 1,
  }));
  return { items, next: page.next };
}
