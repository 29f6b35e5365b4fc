import type { LocalizedText } from '../domain/localized-text.js';
import { canBeTriedAgain } from '../domain/set-aside-source.js';

import type { Sql } from '../platform/database/sql.js';
import { memberName } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import { problemLabel, sourceLabel, sourcesInOrder } from './words/set-aside-words.js';

export interface SetAsideInList {
  /** `fact:12` */
  readonly id: string;
  readonly source: string;
  readonly row: number;
  readonly label: LocalizedText;
  readonly at: number;
  readonly problemLabel: LocalizedText;
  /** The technical message; may be empty. */
  readonly problem: string;
  /** The member it concerns; null if unknown. */
  readonly member: { readonly id: number; readonly name: string } | null;
  readonly canBeTriedAgain: boolean;
}

interface Row {
  readonly source: string;
  readonly row_id: number;
  readonly source_rank: number;
  readonly problem: string;
  readonly at: number;
  readonly member_id: number | null;
  readonly name: string | null;
}

const memberIdOfRow = `CASE a.source
    WHEN 'member' THEN a.row_id
    WHEN 'recount' THEN a.row_id
    WHEN 'delivery' THEN (SELECT o.member_id FROM outbox o WHERE o.id = a.row_id)
    WHEN 'command' THEN (SELECT c.member_id FROM command_request c WHERE c.id = a.row_id)
    WHEN 'move' THEN (SELECT v.member_id FROM move v WHERE v.id = a.row_id)
    WHEN 'task' THEN (SELECT t.member_id FROM operator_task t WHERE t.id = a.row_id)
    WHEN 'way' THEN (SELECT w.member_id FROM contact_way w WHERE w.id = a.row_id)
    WHEN 'fact' THEN (SELECT f.member_id FROM fact f WHERE f.id = a.row_id) END`;

/** Position of the row's table in the list of sources. It orders rows of different tables with the same id and time. */
const sourceRank = `CASE a.source ${sourcesInOrder.map((source, rank) => `WHEN '${source}' THEN ${rank}`).join(' ')} ELSE ${sourcesInOrder.length} END`;

/** Rows that were set aside so that the others could be processed, the latest first. */
export async function listSetAside(
  sql: Sql,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<SetAsideInList>> {
  const after = readCursor(filter.cursor, 3);
  const beyond = after
    ? `WHERE a.at < $1 OR (a.at = $1 AND (a.row_id < $2 OR (a.row_id = $2 AND ${sourceRank} > $3)))`
    : '';
  const rows = await sql.all<Row>(
    `SELECT a.source, a.row_id, a.problem, a.at, ${sourceRank} AS source_rank, mb.id AS member_id, mb.name
     FROM set_aside a LEFT JOIN member mb ON mb.id = ${memberIdOfRow}
     ${beyond} ORDER BY a.at DESC, a.row_id DESC, source_rank LIMIT ${filter.limit + 1}`,
    after ? [...after] : [],
  );
  const page = pageOf(rows, filter.limit, (row) => [row.at, row.row_id, Number(row.source_rank)]);
  return {
    items: page.items.map((row) => ({
      id: `${row.source}:${row.row_id}`,
      source: row.source,
      row: row.row_id,
      label: sourceLabel(row.source),
      at: row.at,
      problemLabel: problemLabel(row.problem),
      problem: row.problem,
      member: row.member_id === null ? null : { id: row.member_id, name: memberName({ ...row, id: row.member_id }) },
      canBeTriedAgain: canBeTriedAgain(row.source),
    })),
    next: page.next,
  };
}
