import { z } from 'zod';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const anything = z.record(z.string(), z.unknown());

/** What people (admins, operators) did to the product itself: pauses, edits, locks. Append-only. */
export class AuditStore {
  async append(
    tx: Sql,
    who: string,
    what: string,
    detail: Readonly<Record<string, unknown>>,
    now: number,
  ): Promise<void> {
    await tx.insert('audit', [{ at: now, who, what, detail: storableJson(detail) }]);
  }

  /** As `append`, for what will happen again and be counted in the same row. */
  async appendCounted(
    tx: Sql,
    who: string,
    what: string,
    detail: Readonly<Record<string, unknown>>,
    now: number,
  ): Promise<number> {
    const rows = [{ at: now, who, what, detail: storableJson(detail) }];
    const [made] = await tx.insertReturning<{ id: number }>('audit', rows, undefined, 'id');
    return made!.id;
  }

  /** How often it has happened by now; nothing else of a row ever changes. */
  async recount(tx: Sql, id: number, times: number): Promise<void> {
    const row = await tx.one<{ detail: string }>('SELECT detail FROM audit WHERE id = $1', [id]);
    if (!row) return;
    const detail = storedOr(row.detail, anything, {});
    await tx.run('UPDATE audit SET detail = $1 WHERE id = $2', [storableJson({ ...detail, times }), id]);
  }
}

export const auditStore = new AuditStore();
