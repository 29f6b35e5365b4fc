import type { Sql } from '../platform/database/sql.js';
import { explained } from './explain.js';
import { groupNames, templateNames } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import type { PlacedEntry, TimelineContext, TimelineEntry, TimelineQuery } from './timeline-entry.js';
import {
  commandEntries,
  decisionEntries,
  dayEntries,
  driftEntries,
  factEntries,
  messageEntries,
  moveEntries,
} from './timeline-sources.js';

/** Order of entries with the same time: what happened, then what was decided, then what was done. */
const sources = [
  dayEntries,
  commandEntries,
  factEntries,
  driftEntries,
  decisionEntries,
  moveEntries,
  messageEntries,
] as const;

/** Everything that happened to one member and was decided and done about them, the newest first. */
export async function timelineOf(
  sql: Sql,
  member: number,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  context: TimelineContext,
): Promise<Page<TimelineEntry>> {
  const place = readCursor(page.cursor, 3);
  const query: TimelineQuery = {
    ...context,
    member,
    limit: page.limit + 1,
    after: place && { at: place[0]!, rank: place[1]!, number: place[2]! },
    groups: await groupNames(sql),
    templates: await templateNames(sql),
  };
  const entries: PlacedEntry[] = [];
  for (const [rank, source] of sources.entries()) entries.push(...(await source(sql, query, rank)));
  entries.sort((a, b) => b.entry.at - a.entry.at || b.rank - a.rank || b.number - a.number);
  const { items, next } = pageOf(entries, page.limit, (row) => [row.entry.at, row.rank, row.number]);
  const shown = items.map((row) => row.entry);
  return { items: await explained<TimelineEntry>(sql, shown, context, ({ at }) => at), next };
}
