import type { Sql } from '../platform/database/sql.js';

/** What people (admins, operators) did to the product itself: pauses, edits, locks. Append-only. */
export class AuditStore {
  async append(
    tx: Sql,
    who: string,
    what: string,
    detail: Readonly<Record<string, unknown>>,
    now: number,
  ): Promise<void> {
    await tx.insert('audit', [{ at: now, who, what, detail: JSON.stringify(detail) }]);
  }
}
