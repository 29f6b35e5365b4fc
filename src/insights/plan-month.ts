import { groupPostOf } from '../domain/action-keys.js';
import { dayOf, MINUTE_MS, momentOf, type Day } from '../domain/day.js';
import type { LocalizedText } from '../domain/localized-text.js';
import type { Sql } from '../platform/database/sql.js';
import { reasonLabel } from './words/reason-words.js';

/** How far the posts of a planned node, or of a text on a day, have come; counted in groups. */
export interface PostProgress {
  readonly ahead: number;
  readonly waiting: number;
  readonly sent: number;
  /** Not said, with why, the most frequent reason first. */
  readonly unsent: readonly { readonly label: LocalizedText; readonly count: number }[];
}

export interface PostsOfDays {
  /** By id of the node, in its newest version. */
  readonly ofNodes: ReadonlyMap<number, PostProgress>;
  /** Texts of the rules that were said, or are to be, by day. */
  readonly ofTexts: readonly { readonly day: Day; readonly text: string; readonly progress: PostProgress }[];
}

interface Row {
  readonly key: string;
  readonly state: string;
  readonly reason: string | null;
  readonly not_before: number;
}

/** What became of posts in groups that were due on these days, both included. */
export async function postsOfDays(
  sql: Sql,
  { from, to }: { readonly from: Day; readonly to: Day },
  timeZone: string,
): Promise<PostsOfDays> {
  const rows = await sql.all<Row & Record<string, string | number | null>>(
    `SELECT key, state, reason, not_before FROM outbox WHERE member_id IS NULL AND group_id IS NOT NULL AND proactive = 1
     AND kind IN ('mass_send', 'group_say') AND not_before >= $1 AND not_before < $2 ORDER BY id`,
    [momentOf(from, 0, timeZone), momentOf(to + 1, 0, timeZone)],
  );
  const nodes = new Map<number, { readonly version: number; readonly rows: Row[] }>();
  const texts = new Map<string, { readonly day: Day; readonly text: string; readonly rows: Row[] }>();
  for (const row of rows) {
    const name = groupPostOf(row.key);
    if (name?.kind === 'plan') {
      const known = nodes.get(name.node);
      if (known === undefined || known.version < name.version)
        nodes.set(name.node, { version: name.version, rows: [row] });
      else if (known.version === name.version) known.rows.push(row);
    } else if (name !== null) {
      const day = dayOf(Number(row.not_before), timeZone);
      const known = texts.get(`${day} ${name.text}`);
      if (known === undefined) texts.set(`${day} ${name.text}`, { day, text: name.text, rows: [row] });
      else known.rows.push(row);
    }
  }
  return {
    ofNodes: new Map([...nodes].map(([id, of]) => [id, progressOf(of.rows)])),
    ofTexts: [...texts.values()].map(({ day, text, rows: of }) => ({ day, text, progress: progressOf(of) })),
  };
}

function progressOf(rows: readonly Row[]): PostProgress {
  const inState = (...states: readonly string[]) => rows.filter(({ state }) => states.includes(state)).length;
  const reasons = new Map<string, number>();
  for (const { state, reason } of rows)
    if (['failed', 'suppressed', 'cancelled', 'dead'].includes(state))
      reasons.set(reason ?? 'bug', (reasons.get(reason ?? 'bug') ?? 0) + 1);
  return {
    ...{ ahead: inState('planned', 'sending'), waiting: inState('waiting'), sent: inState('sent') },
    unsent: [...reasons].sort(([, a], [, b]) => b - a).map(([code, count]) => ({ label: reasonLabel(code), count })),
  };
}

const QUARTER_MS = 15 * MINUTE_MS;

/** How many messages to members are planned ahead, by day and template. */
export async function messagesAhead(
  sql: Sql,
  { from, to }: { readonly from: Day; readonly to: Day },
  timeZone: string,
): Promise<readonly { readonly day: Day; readonly key: string; readonly name: string; readonly count: number }[]> {
  const rows = await sql.all<{ campaign: string; name: string | null; quarter: number; n: number }>(
    `SELECT o.campaign, MAX(t.name) AS name, o.not_before / ${QUARTER_MS} AS quarter, COUNT(*) AS n
     FROM outbox o LEFT JOIN template t ON t.key = o.campaign
     WHERE o.state = 'planned' AND o.campaign IS NOT NULL AND o.not_before >= $1 AND o.not_before < $2
     GROUP BY o.campaign, o.not_before / ${QUARTER_MS}`,
    [momentOf(from, 0, timeZone), momentOf(to + 1, 0, timeZone)],
  );
  const found = new Map<string, { day: Day; key: string; name: string; count: number }>();
  for (const { campaign, name, quarter, n } of rows) {
    const day = dayOf(Number(quarter) * QUARTER_MS, timeZone);
    const id = `${day} ${campaign}`;
    const count = (found.get(id)?.count ?? 0) + Number(n);
    found.set(id, { day, key: campaign, name: name ?? campaign, count });
  }
  return [...found.values()].sort((a, b) => a.day - b.day || b.count - a.count);
}
