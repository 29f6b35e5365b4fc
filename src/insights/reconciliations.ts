import type { Sql } from '../platform/database/sql.js';
import { pageOf, readCursor, type Page } from './page.js';

export interface ReconciliationInList {
  readonly id: number;
  /** `first`, `started`, `nightly`, `asked`. */
  readonly why: string;
  /** `running`, `done`, `failed`. */
  readonly state: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly contacts: number;
  readonly groups: number;
  readonly drift: number;
  /** Why the run is retried or failed; or a remark on a finished one. */
  readonly problem: string | null;
}

interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const columns =
  'id, why, state, started_at AS "startedAt", finished_at AS "finishedAt", contacts, groups, drift, problem';

/** Reconciliation runs with the corp, the latest first. */
export async function listReconciliations(
  sql: Sql,
  { cursor, limit }: PageRequest,
): Promise<Page<ReconciliationInList>> {
  const after = readCursor(cursor, 1);
  const rows = await sql.all<ReconciliationInList>(
    `SELECT ${columns} FROM corp_run ${after ? 'WHERE id < $1' : ''} ORDER BY id DESC LIMIT ${limit + 1}`,
    after ? [after[0]] : [],
  );
  return pageOf(rows, limit, (row) => [row.id]);
}

export const findReconciliation = (sql: Sql, id: number): Promise<ReconciliationInList | undefined> =>
  sql.one<ReconciliationInList>(`SELECT ${columns} FROM corp_run WHERE id = $1`, [id]);
