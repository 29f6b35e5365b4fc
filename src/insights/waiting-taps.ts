import { remindTapKey } from '../domain/action-keys.js';
import { dayOf, isoDay } from '../domain/day.js';
import type { LocalizedText } from '../domain/localized-text.js';
import { inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { templateNames } from './names.js';

/** A task at WeCom that waits for the tap of one member of staff. Times are epoch ms. */
interface WaitingTask {
  readonly id: number;
  /** The templates of its messages; a post of the calendar or the rules when it goes to groups. */
  readonly what: readonly (string | LocalizedText)[];
  /** How many customers, or groups, wait for it. */
  readonly receivers: number;
  readonly toGroups: boolean;
  readonly since: number;
  /** The last reminder of WeCom. */
  readonly remindedAt: number | null;
  /** It is being taken back already, and why: a reason code. */
  readonly cancelledFor: string | null;
}

export interface WaitingStaff {
  readonly staff: string;
  /** They left the corp, so nobody will tap. */
  readonly hasLeft: boolean;
  readonly receivers: number;
  readonly since: number;
  /** We told them today. */
  readonly toldToday: boolean;
  readonly tasks: readonly WaitingTask[];
}

interface Row {
  readonly id: number;
  readonly sender: string;
  readonly state: string;
  readonly reason: string | null;
  readonly since: number;
  readonly reminded_at: number | null;
  readonly campaign: string | null;
  readonly to_groups: number;
  readonly n: number;
  readonly has_left: number;
}

const groupPost: LocalizedText = { zh: '群里的消息', en: 'a post in groups' };

/** What waits for the tap of whom: who has the oldest first, and of each the oldest task first. */
export async function waitingTaps(
  sql: Sql,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): Promise<WaitingStaff[]> {
  const rows = await sql.all<Row>(
    `SELECT b.id, b.sender, b.state, b.reason, COALESCE(b.last_attempt_at, b.created_at) AS since, b.reminded_at, o.campaign,
       CASE WHEN o.member_id IS NULL THEN 1 ELSE 0 END AS to_groups, COUNT(*) AS n,
       CASE WHEN s.userid IS NULL THEN 0 ELSE 1 END AS has_left
     FROM mass_batch b JOIN outbox o ON o.batch_id = b.id AND o.state = 'waiting'
     LEFT JOIN staff s ON s.userid = b.sender AND s.state = 'left'
     WHERE b.closed_at IS NULL AND b.state IN ('waiting', 'cancelling', 'cancelled')
     GROUP BY b.id, b.sender, b.state, b.reason, b.last_attempt_at, b.created_at, b.reminded_at, o.campaign, o.member_id IS NULL, s.userid
     ORDER BY since, b.id, o.campaign`,
  );
  const names = await templateNames(sql);
  const told = await toldToday(
    sql,
    rows.map(({ sender }) => sender),
    isoDay(dayOf(now, timeZone)),
  );
  const byStaff = new Map<string, { hasLeft: boolean; tasks: Map<number, WaitingTask> }>();
  for (const row of rows) {
    const of = byStaff.get(row.sender) ?? { hasLeft: row.has_left === 1, tasks: new Map<number, WaitingTask>() };
    byStaff.set(row.sender, of);
    const task = of.tasks.get(row.id);
    const what = row.campaign === null ? groupPost : (names.get(row.campaign) ?? row.campaign);
    of.tasks.set(row.id, {
      id: Number(row.id),
      what: [...(task?.what ?? []), what],
      receivers: (task?.receivers ?? 0) + Number(row.n),
      toGroups: row.to_groups === 1,
      since: row.since,
      remindedAt: row.reminded_at,
      cancelledFor: row.state === 'waiting' ? null : (row.reason ?? 'not_confirmed'),
    });
  }
  return [...byStaff].map(([staff, { hasLeft, tasks: ofStaff }]) => {
    const tasks = [...ofStaff.values()];
    return {
      ...{ staff, hasLeft, toldToday: told.has(staff), tasks },
      receivers: tasks.reduce((sum, { receivers }) => sum + receivers, 0),
      since: Math.min(...tasks.map(({ since }) => since)),
    };
  });
}

async function toldToday(sql: Sql, staff: readonly string[], day: string): Promise<ReadonlySet<string>> {
  const keys = new Map([...new Set(staff)].map((userid) => [String(remindTapKey(userid, day)), userid]));
  if (keys.size === 0) return new Set();
  const rows = await sql.all<{ key: string }>(`SELECT key FROM outbox WHERE key IN ${inTexts(sql, 1)}`, [
    storableJson([...keys.keys()]),
  ]);
  return new Set(rows.map(({ key }) => keys.get(key)!));
}
