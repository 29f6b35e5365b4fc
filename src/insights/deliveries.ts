import type { LocalizedText } from '../domain/localized-text.js';
import type { Sql } from '../platform/database/sql.js';
import { explained, type RulesNow, type Unexplained } from './explain.js';
import { historiesOf, type HistoryStep } from './histories.js';
import { memberName, templateNames } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import { actionLabel, attachmentsOf, channelOf, textOf } from './words/action-words.js';
import { stoppedStates, withReason } from './timeline-sources.js';
import { becauseFrom, type BecauseView } from './words/because-words.js';
import { reasonLabel } from './words/reason-words.js';
import { actionFrom, unreadable } from './words/stored-words.js';

export interface DeliveryInList {
  readonly id: number;
  readonly memberId: number | null;
  readonly memberName: string | null;
  readonly campaign: string | null;
  readonly campaignLabel: string | LocalizedText;
  readonly channel: string | null;
  readonly kind: string;
  readonly state: string;
  readonly reasonCode: string | null;
  readonly reasonLabel: LocalizedText | null;
  /** A label when the stored action cannot be read. */
  readonly text: string | LocalizedText | null;
  readonly attachments: readonly { readonly kind: string; readonly title: string; readonly url: string }[];
  readonly templateVersion: number | null;
  readonly variant: string | null;
  readonly because: BecauseView | null;
  readonly plannedAt: number;
  readonly notBefore: number;
  readonly settledAt: number | null;
  readonly attempts: number;
  /** Clicks on its own links; null when it has none. Those of a mass-send are counted on its template. */
  readonly clicks: number | null;
  readonly history: readonly HistoryStep[];
}

export interface DeliveryFilter {
  readonly member?: number | undefined;
  readonly state?: string | undefined;
  readonly template?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: number;
  readonly member_id: number | null;
  readonly campaign: string | null;
  readonly template_version: number | null;
  readonly variant: string | null;
  readonly kind: string;
  readonly action: string;
  readonly state: string;
  readonly reason: string | null;
  readonly because: string | null;
  readonly created_at: number;
  readonly not_before: number;
  readonly settled_at: number | null;
  readonly attempts: number;
  readonly clicks: number | null;
  readonly name: string | null;
}

/**
 * Messages, the newest first, each with its history. Other actions (tags, remarks, reads) are listed only when they are dead,
 * because a person must check them.
 */
export async function listDeliveries(sql: Sql, filter: DeliveryFilter, rules: RulesNow): Promise<Page<DeliveryInList>> {
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    `(o.campaign IS NOT NULL OR o.state = 'dead')`,
    ...(after ? [`o.id < ${place(after[0]!)}`] : []),
    ...(filter.member === undefined ? [] : [`o.member_id = ${place(filter.member)}`]),
    ...(filter.state ? [`o.state = ${place(filter.state)}`] : []),
    ...(filter.template ? [`o.campaign = ${place(filter.template)}`] : []),
  ];
  const rows = await sql.all<Row>(
    `SELECT o.id, o.member_id, o.campaign, o.template_version, o.variant, o.kind, o.action, o.state, o.reason, o.because, o.created_at, o.not_before, o.settled_at,
       o.attempts, mb.name, (SELECT SUM(l.clicks) FROM link l WHERE l.outbox_id = o.id) AS clicks
     FROM outbox o LEFT JOIN member mb ON mb.id = o.member_id
     WHERE ${where.join(' AND ')} ORDER BY o.id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
  const names = await templateNames(sql);
  const ids = page.items.map((row) => row.id);
  const histories = await historiesOf(sql, 'delivery', ids);
  const items = page.items.map((row) => delivery(row, names, histories.get(row.id) ?? []));
  return {
    items: await explained<DeliveryInList>(sql, items, rules, ({ settledAt, plannedAt }) => settledAt ?? plannedAt),
    next: page.next,
  };
}

function delivery(
  row: Row,
  names: ReadonlyMap<string, string>,
  history: readonly HistoryStep[],
): Unexplained<DeliveryInList> {
  const action = actionFrom(row.action);
  // A suppressed message was never assigned a channel; its stored action is a placeholder.
  const suppressed = row.state === 'suppressed';
  return {
    id: row.id,
    memberId: row.member_id,
    memberName: row.member_id === null ? null : memberName({ ...row, id: row.member_id }),
    campaign: row.campaign,
    campaignLabel: row.campaign === null ? actionLabel(row.kind) : (names.get(row.campaign) ?? row.campaign),
    channel: suppressed ? null : channelOf(row.kind),
    kind: row.kind,
    state: row.state,
    reasonCode: row.reason,
    reasonLabel: row.reason === null ? null : reasonLabel(row.reason),
    text: suppressed ? null : action === null ? unreadable : textOf(action),
    attachments: (action === null ? [] : attachmentsOf(action)).map(({ kind, title, url }) => ({ kind, title, url })),
    templateVersion: row.template_version,
    variant: row.variant,
    because: withReason(becauseFrom(row.because), stoppedStates.has(row.state) ? row.reason : null),
    plannedAt: row.created_at,
    notBefore: row.not_before,
    settledAt: row.settled_at,
    attempts: row.attempts,
    clicks: row.clicks === null ? null : Number(row.clicks),
    history,
  };
}
