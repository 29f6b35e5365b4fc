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
  /** When it is told again, or looked after; null when nothing is due. */
  readonly snoozedUntil: number | null;
  readonly answeredBy: string | null;
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
}

export interface TaskFilter {
  readonly state?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What only a person can do, the newest first. */
export async function listTasks(sql: Sql, filter: TaskFilter): Promise<Page<TaskInList>> {
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    ...(after ? [`id < ${place(after[0]!)}`] : []),
    ...(filter.state ? [`state = ${place(filter.state)}`] : []),
  ];
  const rows = await sql.all<Row>(
    `SELECT id, kind, staff, text, member_id, created_at, due_at, done_at, state, snoozed_until, answered_by FROM operator_task
     ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
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
    snoozedUntil: row.snoozed_until,
    answeredBy: row.answered_by,
  }));
  return { items, next: page.next };
}
