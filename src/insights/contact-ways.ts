import { z } from 'zod';
import type { Sql } from '../platform/database/sql.js';
import { storedOr } from '../platform/database/stored-json.js';
import { pageOf, readCursor, type Page } from './page.js';
import { reasonLabel } from './words/reason-words.js';

export interface ContactWayInList {
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** Value that WeCom reports for customers who scanned the code. */
  readonly state: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly skipVerify: boolean;
  /** The member who owns the code; null for a channel code. */
  readonly memberId: number | null;
  /** Address of the picture; null until WeCom has created it. */
  readonly qr: string | null;
  /** Code of why WeCom's state of it differs from ours; null when they agree. */
  readonly problem: string | null;
  readonly problemLabel: ReturnType<typeof reasonLabel> | null;
  /** Number of distinct customers who came by it. */
  readonly contacts: number;
  readonly createdAt: number;
}

const userids = z.array(z.string());
const namedTags = z.array(z.object({ name: z.string() }));

interface Row {
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly staff: string;
  readonly tags: string;
  readonly skip_verify: number;
  readonly member_id: number | null;
  readonly member_name: string | null;
  readonly qr: string | null;
  readonly problem: string | null;
  readonly contacts: number;
  readonly created_at: number;
}

const select = `SELECT w.id, w.key, w.kind, w.name, w.state, w.staff, w.tags, w.skip_verify, w.member_id, mb.name AS member_name, w.qr, w.problem, w.created_at,
  (SELECT COUNT(DISTINCT f.external_userid) FROM follow f WHERE f.state = w.state) AS contacts
  FROM contact_way w LEFT JOIN member mb ON mb.id = w.member_id`;

export interface WayFilter {
  readonly kind?: 'channel' | 'link' | 'vip' | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Contact codes that are not retired, the newest first. */
export async function listContactWays(sql: Sql, filter: WayFilter): Promise<Page<ContactWayInList>> {
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    'w.retired = 0',
    ...(filter.kind ? [`w.kind = ${place(filter.kind)}`] : []),
    ...(after ? [`w.id < ${place(after[0]!)}`] : []),
  ];
  const rows = await sql.all<Row>(
    `${select} WHERE ${where.join(' AND ')} ORDER BY w.id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
  return { items: page.items.map(inList), next: page.next };
}

export async function contactWay(sql: Sql, id: number): Promise<ContactWayInList | null> {
  const row = await sql.one<Row>(`${select} WHERE w.id = $1`, [id]);
  return row ? inList(row) : null;
}

const inList = (row: Row): ContactWayInList => ({
  id: row.id,
  key: row.key,
  kind: row.kind,
  name: row.member_name === null || row.member_name === '' ? row.name : row.member_name,
  state: row.state,
  staff: storedOr(row.staff, userids, []),
  tags: storedOr(row.tags, namedTags, []).map((tag) => tag.name),
  skipVerify: row.skip_verify === 1,
  memberId: row.member_id,
  qr: row.qr,
  problem: row.problem,
  problemLabel: row.problem === null ? null : reasonLabel(row.problem),
  contacts: Number(row.contacts),
  createdAt: row.created_at,
});
