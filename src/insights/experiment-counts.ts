import { DAY_MS } from '../domain/day.js';
import { isHeldOut } from '../domain/experiments/draw.js';
import { outcomes, type Outcome } from '../domain/experiments/outcomes.js';
import type { ArmDay } from '../domain/experiments/results.js';
import type { Count } from '../domain/statistics/proportions.js';
import type { Sql } from '../platform/database/sql.js';

/** Which messages are counted. `until` (epoch ms) is not included. */
export interface CountedSpan {
  /** Null: those of every campaign that the global holdout does not get. */
  readonly campaign: string | null;
  readonly from: number;
  readonly until: number;
  /** Days within which each outcome counts. */
  readonly windows: Readonly<Record<Outcome, number>>;
}

/** `n`: members whose window is over. */
export type OutcomeCounts = Readonly<Record<Outcome, Count>>;

export interface SentFigures {
  readonly version: number;
  readonly variant: string;
  readonly sent: number;
  readonly outcomes: OutcomeCounts;
}

/** What a member does of their own accord. Joining, receiving, opting out and what staff do are none. */
const ownActs = `(f.kind IN ('sent_message', 'asked', 'checked_in', 'visited', 'content_viewed', 'link_clicked', 'order_paid', 'invited',
  'wrote_to_service', 'entered_service') OR f.kind = 'custom' AND f.data LIKE '%"name":"survey_answered"%')`;

/** Whether something happened to the member of message `o` after a moment and at most so long after it. */
type Happened = (after: string, within: number, sql: Pick<Sql, 'dialect'>) => string;

const aFact =
  (which: (sql: Pick<Sql, 'dialect'>) => string): Happened =>
  (after, within, sql) =>
    `EXISTS (SELECT 1 FROM fact f WHERE f.member_id = o.member_id AND f.at > ${after} AND f.at <= ${after} + ${within} AND ${which(sql)})`;

const codeOf = ({ dialect }: Pick<Sql, 'dialect'>): string =>
  dialect === 'postgres' ? `(f.data::jsonb ->> 'code')` : `(f.data ->> '$.code')`;

const happened: Readonly<Record<Outcome, Happened>> = {
  return: aFact(() => ownActs),
  order: (after, within) =>
    `EXISTS (SELECT 1 FROM shop_order s WHERE s.member_id = o.member_id AND s.standing = 1 AND s.paid_at > ${after} AND s.paid_at <= ${after} + ${within})`,
  click: aFact(
    (sql) =>
      `f.kind = 'link_clicked' AND EXISTS (SELECT 1 FROM link l WHERE l.code = ${codeOf(sql)} AND l.template = o.campaign)`,
  ),
  reply: aFact(
    () => `(f.kind IN ('asked', 'wrote_to_service') OR f.kind = 'sent_message' AND f.data NOT LIKE '%"chatId":%')`,
  ),
  opt_out: aFact(() => `f.kind = 'opted_out'`),
};

/** The first message of each member in the span that took part in the draw. */
const firstDue = ({ campaign, from, until }: CountedSpan): string =>
  `SELECT MIN(id) AS id FROM outbox WHERE ${campaign === null ? 'measured_globally = 1' : `campaign = $1 AND arm <> 'global_holdout'`}
  AND arm IS NOT NULL AND member_id IS NOT NULL AND created_at >= ${from} AND created_at < ${until} GROUP BY member_id`;

const paramsOf = ({ campaign }: CountedSpan): readonly string[] => (campaign === null ? [] : [campaign]);

/** Two columns for each outcome: the members whose window is over, and those of them with the outcome. */
function countColumns(windows: CountedSpan['windows'], now: number): string {
  return outcomes
    .map((outcome) => {
      const isOver = `at + ${windows[outcome] * DAY_MS} < ${now}`;
      return `SUM(CASE WHEN may_${outcome} = 1 AND ${isOver} THEN 1 ELSE 0 END) AS n_${outcome},
        SUM(CASE WHEN may_${outcome} = 1 AND ${isOver} AND did_${outcome} = 1 THEN 1 ELSE 0 END) AS k_${outcome}`;
    })
    .join(', ');
}

const didColumns = (after: string, windows: CountedSpan['windows'], sql: Pick<Sql, 'dialect'>): string =>
  outcomes
    .map(
      (outcome) =>
        `CASE WHEN ${happened[outcome](after, windows[outcome] * DAY_MS, sql)} THEN 1 ELSE 0 END AS did_${outcome}`,
    )
    .join(', ');

type CountRow = Readonly<Record<string, number | string | null>>;

const countsOf = (row: CountRow): OutcomeCounts =>
  Object.fromEntries(
    outcomes.map((outcome) => [outcome, { k: Number(row[`k_${outcome}`]), n: Number(row[`n_${outcome}`]) }]),
  ) as OutcomeCounts;

/**
 * The outcomes of everybody who was drawn, by arm and day, counted from the moment the message was due: the same moment in
 * every arm, whether or not the message went. A member counts once, in the arm of the first time.
 */
export async function countByArm(sql: Sql, span: CountedSpan, now: number): Promise<readonly ArmDay[]> {
  const all = outcomes.map((outcome) => `1 AS may_${outcome}`).join(', ');
  const rows = await sql.all<CountRow>(
    `WITH first_due AS (${firstDue(span)}), followed AS (
      SELECT o.arm, o.created_at AS at, (o.created_at - ${span.from}) / ${DAY_MS} AS day, ${all}, ${didColumns('o.created_at', span.windows, sql)}
      FROM first_due d JOIN outbox o ON o.id = d.id)
    SELECT arm, day, COUNT(*) AS due, ${countColumns(span.windows, now)} FROM followed GROUP BY arm, day ORDER BY day, arm`,
    paramsOf(span),
  );
  return rows.map((row) => ({
    arm: String(row['arm']),
    day: Number(row['day']),
    due: Number(row['due']),
    outcomes: countsOf(row),
  }));
}

/** Who has done something so shortly before the message has not come back by it. */
const ABSENT_DAYS = 14;

/**
 * The outcomes of those to whom the message went, by version and variant, counted from the moment it went; that of a
 * mass-send is the tap. For the return rate only members count who had done nothing in the 14 days before.
 */
export async function countSent(sql: Sql, span: CountedSpan, now: number): Promise<readonly SentFigures[]> {
  const went = 'COALESCE(o.cap_at, o.settled_at)';
  const wasHere = `EXISTS (SELECT 1 FROM fact f WHERE f.member_id = o.member_id AND f.at <= ${went} AND f.at > ${went} - ${ABSENT_DAYS * DAY_MS} AND ${ownActs})`;
  const may = outcomes
    .map((outcome) => `${outcome === 'return' ? `CASE WHEN ${wasHere} THEN 0 ELSE 1 END` : '1'} AS may_${outcome}`)
    .join(', ');
  const rows = await sql.all<CountRow>(
    `WITH first_due AS (${firstDue(span)}), followed AS (
      SELECT o.template_version AS version, o.variant, ${went} AS at, ${may}, ${didColumns(went, span.windows, sql)}
      FROM first_due d JOIN outbox o ON o.id = d.id WHERE o.state = 'sent' AND COALESCE(o.reason, '') <> 'unconfirmed')
    SELECT version, variant, COUNT(*) AS sent, ${countColumns(span.windows, now)} FROM followed GROUP BY version, variant ORDER BY version DESC, variant`,
    paramsOf(span),
  );
  return rows.map((row) => ({
    version: Number(row['version']),
    variant: String(row['variant']),
    sent: Number(row['sent']),
    outcomes: countsOf(row),
  }));
}

/** Fewer are no ground for a rate. */
const FEWEST_FOR_RATE = 30;
/** So many of the newest members stand for all. */
const MEMBERS_ASKED = 5_000;
const DAYS_BEFORE = 90;

/**
 * What happens anyway: the share with the outcome among those for whom the message was due in the 90 days before a moment
 * and who were held out; else among all of them; else among members, in as many days. Null when there is nobody. It reads
 * nothing from after the moment, so that a size that is told by it does not change with what is found.
 */
export async function rateBefore(sql: Sql, { from, ...span }: CountedSpan, goal: Outcome): Promise<number | null> {
  const days = await countByArm(sql, { ...span, from: from - DAYS_BEFORE * DAY_MS, until: from }, from);
  const total = (list: readonly ArmDay[]): Count =>
    list.reduce((sum, { outcomes: found }) => ({ k: sum.k + found[goal].k, n: sum.n + found[goal].n }), { k: 0, n: 0 });
  for (const count of [total(days.filter(({ arm }) => isHeldOut(arm))), total(days)])
    if (count.n >= FEWEST_FOR_RATE) return count.k / count.n;
  if (goal === 'click') return null;
  const within = span.windows[goal] * DAY_MS;
  const row = await sql.one<{ k: number | null; n: number }>(
    `SELECT COUNT(*) AS n, SUM(CASE WHEN ${happened[goal](String(from - within), within, sql)} THEN 1 ELSE 0 END) AS k
    FROM (SELECT id AS member_id FROM member WHERE merged_into IS NULL AND first_seen_at < ${from - within} ORDER BY id DESC LIMIT ${MEMBERS_ASKED}) o`,
  );
  return row && Number(row.n) >= FEWEST_FOR_RATE ? Number(row.k) / Number(row.n) : null;
}

/** Since when messages are kept from the global holdout; null when none was due yet. */
export async function globalDrawSince(sql: Sql): Promise<number | null> {
  const row = await sql.one<{ at: number | null }>(
    'SELECT MIN(created_at) AS at FROM outbox WHERE measured_globally = 1',
  );
  return row?.at == null ? null : Number(row.at);
}
