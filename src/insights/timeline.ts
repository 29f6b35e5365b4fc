import type { Sql } from '../platform/database/sql.js';
import { groupNames, templateNames } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import type { TimelineEntry, Placed, TimelineContext, Asked } from './timeline-entry.js';
import {
  commandEntries,
  decisionEntries,
  dayEntries,
  driftEntries,
  factEntries,
  messageEntries,
  moveEntries,
} from './timeline-sources.js';
/** Of one moment, what happened comes before what was decided, and that before what was done about it. */
const sources = [
  dayEntries,
  commandEntries,
  factEntries,
  driftEntries,
  decisionEntries,
  moveEntries,
  messageEntries,
] as const;

/** All that is known of one member and all that was done about them, the newest first. */
export async function timelineOf(
  sql: Sql,
  member: number,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  on: TimelineContext,
): Promise<Page<TimelineEntry>> {
  const place = readCursor(page.cursor, 3);
  const asked: Asked = {
    ...on,
    member,
    limit: page.limit + 1,
    after: place && { at: place[0]!, rank: place[1]!, number: place[2]! },
    groups: await groupNames(sql),
    templates: await templateNames(sql),
  };
  const told: Placed[] = [];
  for (const [rank, source] of sources.entries()) told.push(...(await source(sql, asked, rank)));
  told.sort((a, b) => b.entry.at - a.entry.at || b.rank - a.rank || b.number - a.number);
  const { items, next } = pageOf(told, page.limit, (row) => [row.entry.at, row.rank, row.number]);
  return { items: items.map((row) => row.entry), next };
}
