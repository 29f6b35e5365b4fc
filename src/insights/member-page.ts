import { dayOf, type Day } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';
import { actionFrom } from './words/stored-words.js';

/** Queries of the member's page: what one member may see about themself. Times are epoch ms. */

export interface ReceivedMessage {
  readonly at: number;
  readonly text: string;
  readonly attachments: readonly string[];
}

/** The messages that a member was sent, the latest first. Those that cannot be read are left out. */
export async function receivedMessages(sql: Sql, member: number, limit: number): Promise<ReceivedMessage[]> {
  const rows = await sql.all<{ at: number; action: string }>(
    `SELECT COALESCE(settled_at, created_at) AS at, action FROM outbox
     WHERE member_id = $1 AND campaign IS NOT NULL AND state = 'sent' ORDER BY settled_at DESC, id DESC LIMIT ${limit}`,
    [member],
  );
  return rows.flatMap(({ at, action }) => {
    const stored = actionFrom(action);
    if (stored === null || !('message' in stored) || stored.message === undefined) return [];
    const { text, attachments } = stored.message;
    return [{ at: Number(at), text, attachments: attachments.map(({ kind }) => kind) }];
  });
}

export interface Friend {
  readonly name: string;
  readonly day: Day;
}

/** Who came by this code, the latest first, and how many in all. */
export async function friendsBy(
  sql: Sql,
  state: string,
  { limit, timeZone }: { readonly limit: number; readonly timeZone: string },
): Promise<{ readonly friends: readonly Friend[]; readonly count: number }> {
  const rows = await sql.all<{ name: string | null; since: number }>(
    `SELECT MAX(mb.name) AS name, MIN(f.since) AS since FROM follow f LEFT JOIN identity i ON i.kind = 'external_userid' AND i.value = f.external_userid
     LEFT JOIN member mb ON mb.id = i.member_id WHERE f.state = $1 GROUP BY f.external_userid ORDER BY MIN(f.since) DESC LIMIT ${limit}`,
    [state],
  );
  const total = await sql.one<{ n: number }>(
    'SELECT COUNT(DISTINCT external_userid) AS n FROM follow WHERE state = $1',
    [state],
  );
  return {
    friends: rows.map(({ name, since }) => ({ name: name ?? '', day: dayOf(Number(since), timeZone) })),
    count: Number(total?.n ?? 0),
  };
}

export interface KeptCounts {
  readonly ids: number;
  readonly tags: number;
  readonly days: number;
  readonly orders: number;
  readonly messages: number;
}

/** How many rows of each kind are kept about a member. */
export async function keptCounts(sql: Sql, member: number): Promise<KeptCounts> {
  const row = await sql.one<Record<keyof KeptCounts, number>>(
    `SELECT (SELECT COUNT(*) FROM identity WHERE member_id = $1 AND kind <> 'phone') AS ids,
      (SELECT COUNT(*) FROM member_tag WHERE member_id = $1 AND want = 1) AS tags,
      (SELECT COUNT(*) FROM member_day WHERE member_id = $1) AS days,
      (SELECT COUNT(*) FROM shop_order WHERE member_id = $1) AS orders,
      (SELECT COUNT(*) FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL AND state = 'sent') AS messages`,
    [member],
  );
  const count = (name: keyof KeptCounts): number => Number(row?.[name] ?? 0);
  return {
    ids: count('ids'),
    tags: count('tags'),
    days: count('days'),
    orders: count('orders'),
    messages: count('messages'),
  };
}

/** The picture of a channel's contact code that a stranger can scan; null when there is none. */
export async function openContactCode(sql: Sql): Promise<string | null> {
  const row = await sql.one<{ qr: string }>(
    `SELECT qr FROM contact_way WHERE kind = 'channel' AND retired = 0 AND qr IS NOT NULL AND qr <> '' ORDER BY id LIMIT 1`,
  );
  return row?.qr ?? null;
}
