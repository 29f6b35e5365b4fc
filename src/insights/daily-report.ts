import { isoDay, momentOf, type Day } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';
import { messagesByState, stepsByState } from './home.js';
import { idSince } from './id-since.js';
import { thresholdsNotedIn } from './threshold-notes.js';
import { entersStage, tierDirection } from './tier-direction.js';
import { yuan } from './words/fact-words.js';

/** The figures of one day of the corp. Money in cents. */
export interface DailyReport {
  readonly day: Day;
  readonly newContacts: number;
  readonly lostContacts: number;
  readonly joins: number;
  readonly leaves: number;
  readonly messages: number;
  readonly speakers: number;
  readonly orders: number;
  readonly amountCents: number;
  readonly tierUps: number;
  readonly tierDowns: number;
  readonly movesDone: number;
  /** Moves that were open past their deadline at the end of the day. */
  readonly movesStuck: number;
  readonly sent: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly newlyDozing: number;
  readonly newlyAsleep: number;
  readonly openTasks: number;
  /** Thresholds in rules that the comparison of the month, made on this day, would put elsewhere. */
  readonly driftedThresholds: number;
}

/** Facts are found by their time of arrival; one that arrives later than this is missing from its day's report. */
const LATE_MS = 2 * 86_400_000;

export async function dailyReport(sql: Sql, day: Day, timeZone: string): Promise<DailyReport> {
  const [from, until] = [momentOf(day, 0, timeZone), momentOf(day + 1, 0, timeZone)];
  const facts = await factCounts(sql, from, until);
  const happened = (kind: string): number => facts.get(kind)?.n ?? 0;
  const paid = await ordersPaid(sql, from, until);
  const moves = await stepsByState(sql, from, until);
  const messages = await messagesByState(sql, from, until);
  const decisionsFrom = await idSince(sql, 'decision', from);
  const decided = async (which: string): Promise<number> =>
    countOf(
      sql,
      `SELECT COUNT(DISTINCT member_id) AS n FROM decision WHERE id >= ${decisionsFrom} AND at >= ${from} AND at < ${until} AND ${which}`,
    );
  return {
    day,
    newContacts: happened('contact_added'),
    lostContacts: happened('contact_lost'),
    joins: happened('joined_group'),
    leaves: happened('left_group'),
    messages: happened('sent_message'),
    speakers: facts.get('sent_message')?.members ?? 0,
    orders: paid.orders,
    amountCents: paid.cents,
    tierUps: await decided(tierDirection('up')),
    tierDowns: await decided(tierDirection('down')),
    movesDone: moves.get('done') ?? 0,
    movesStuck: await countOf(
      sql,
      `SELECT COUNT(*) AS n FROM move WHERE planned_at < ${until} AND deadline_at < ${until} AND (closed_at IS NULL OR closed_at >= ${until})`,
    ),
    sent: messages.get('sent') ?? 0,
    failed: (messages.get('failed') ?? 0) + (messages.get('dead') ?? 0),
    suppressed: (messages.get('suppressed') ?? 0) + (messages.get('cancelled') ?? 0),
    newlyDozing: await decided(entersStage('dozing')),
    newlyAsleep: await decided(entersStage('asleep')),
    openTasks: await countOf(
      sql,
      `SELECT COUNT(*) AS n FROM operator_task WHERE created_at < ${until} AND (done_at IS NULL OR done_at >= ${until})`,
    ),
    driftedThresholds: await thresholdsNotedIn(sql, from, until),
  };
}

async function countOf(sql: Sql, text: string): Promise<number> {
  return Number((await sql.one<{ n: number }>(text))?.n ?? 0);
}

async function factsBetween(sql: Sql, from: number, until: number): Promise<string> {
  // A sender's clock may be a little ahead of ours, so a fact may arrive before its own time.
  const [first, end] = [await idSince(sql, 'fact', from - 60_000), await idSince(sql, 'fact', until + LATE_MS)];
  return `id >= ${first} AND id < ${end} AND at >= ${from} AND at < ${until}`;
}

async function factCounts(
  sql: Sql,
  from: number,
  until: number,
): Promise<ReadonlyMap<string, { n: number; members: number }>> {
  // Direct messages to the chat account are not counted as talk.
  const rows = await sql.all<{ kind: string; n: number; members: number }>(
    `SELECT kind, COUNT(*) AS n, COUNT(DISTINCT member_id) AS members FROM fact
     WHERE ${await factsBetween(sql, from, until)} AND kind IN ('contact_added', 'contact_lost', 'joined_group', 'left_group', 'sent_message')
     AND (kind <> 'sent_message' OR data LIKE '%"chatId":"%') GROUP BY kind`,
  );
  return new Map(rows.map((row) => [row.kind, { n: Number(row.n), members: Number(row.members) }]));
}

/** Number and net amount of the orders paid in the period that were not fully refunded. */
async function ordersPaid(sql: Sql, from: number, until: number): Promise<{ orders: number; cents: number }> {
  const row = await sql.one<{ orders: number; cents: number }>(
    `SELECT COUNT(*) AS orders, COALESCE(SUM(net_cents), 0) AS cents FROM shop_order WHERE standing = 1 AND paid_at >= ${from} AND paid_at < ${until}`,
  );
  return { orders: Number(row?.orders ?? 0), cents: Number(row?.cents ?? 0) };
}

/** Names of members promoted on a day, in order of promotion. */
export async function promotedOn(sql: Sql, day: Day, timeZone: string, most: number): Promise<string[]> {
  const [from, until] = [momentOf(day, 0, timeZone), momentOf(day + 1, 0, timeZone)];
  const rows = await sql.all<{ member_id: number; name: string }>(
    `SELECT d.member_id, m.name, MIN(d.id) AS first FROM decision d JOIN member m ON m.id = d.member_id
     WHERE d.id >= ${await idSince(sql, 'decision', from)} AND d.at >= ${from} AND d.at < ${until} AND ${tierDirection('up', 'd')}
     GROUP BY d.member_id, m.name ORDER BY first LIMIT ${most}`,
  );
  return rows.map((row) => row.name || `#${row.member_id}`);
}

export interface ReportContext {
  /** Reports of the days before, the latest first, for comparison. */
  readonly before: readonly DailyReport[];
  /** Names of some promoted members. */
  readonly promoted: readonly string[];
}

/** The report as a chat message for operators. */
export function renderDailyReport(
  report: DailyReport,
  { before, promoted }: ReportContext = { before: [], promoted: [] },
): string {
  const { day } = report;
  const date = isoDay(day).slice(5).split('-').map(Number).join('月');
  const attention = [
    ...(report.movesStuck > 0 ? [`${report.movesStuck} 个换群卡住了`] : []),
    ...(report.openTasks > 0 ? [`${report.openTasks} 件待办没做`] : []),
    ...(report.failed > 0 ? [`${report.failed} 条消息没发成`] : []),
    ...(report.driftedThresholds > 0
      ? [`这个月比下来，规则里有 ${report.driftedThresholds} 个门槛和数据对不上（在控制台「规则」里看）`]
      : []),
  ];
  const comparison = (figure: (report: DailyReport) => number, say: (n: number) => string = String): string => {
    const [last] = before;
    if (last === undefined) return '';
    const mean = before.reduce((sum, earlier) => sum + figure(earlier), 0) / before.length;
    return `（前一天 ${say(figure(last))}，近 ${before.length} 天日均 ${say(rounded(mean))}）`;
  };
  const money = (cents: number): string => `${yuan(Math.round(cents))} 元`;
  const up =
    report.tierUps > 0 && promoted.length > 0
      ? `：${promoted.join('、')}${report.tierUps > promoted.length ? ' 等' : ''}`
      : '';
  const lines = [
    `${date}日 日报`,
    `新增好友 ${report.newContacts} 人${comparison((day) => day.newContacts)}，被删好友 ${report.lostContacts} 人；进群 ${report.joins} 人次，退群 ${report.leaves} 人次`,
    report.messages > 0
      ? `${report.speakers} 人发言 ${report.messages} 条${comparison((day) => day.messages)}`
      : `群里没有人发言${comparison((day) => day.messages)}`,
    report.orders > 0
      ? `成交 ${report.orders} 单，共 ${yuan(report.amountCents)} 元${comparison((day) => day.amountCents, money)}`
      : `没有成交${comparison((day) => day.amountCents, money)}`,
    `升级 ${report.tierUps} 人${up}；降级 ${report.tierDowns} 人；完成换群 ${report.movesDone} 个`,
    `消息送达 ${report.sent} 条，没发成 ${report.failed} 条，拦下 ${report.suppressed} 条`,
    ...(report.newlyDozing + report.newlyAsleep > 0
      ? [`新进预警 ${report.newlyDozing} 人，新进沉睡 ${report.newlyAsleep} 人`]
      : []),
    attention.length > 0 ? `要留意：${attention.join('，')}` : '没有要处理的事',
  ];
  return lines.join('\n');
}

/** Whole numbers from 10 on, else one decimal. */
const rounded = (n: number): number => (n >= 10 ? Math.round(n) : Math.round(n * 10) / 10);
