import { z } from 'zod';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const jsonObject = z.record(z.string(), z.unknown());

export interface AuditEntry {
  /** A console user, a userid of staff, or the part of the product that acted, such as `comparison`. */
  readonly who: string;
  /** The audit action, such as `template_saved`. */
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What people (admins, operators) did to the product itself: pauses, edits, locks. Append-only. */
export class AuditStore {
  async append(tx: Sql, entry: AuditEntry, now: number): Promise<void> {
    await tx.insert('audit', [auditRow(entry, now)]);
  }

  /** Appends an entry that is counted up with `updateTimes` when the same happens again. Returns its id. */
  async appendCounted(tx: Sql, entry: AuditEntry, now: number): Promise<number> {
    const [inserted] = await tx.insertReturning<{ id: number }>('audit', [auditRow(entry, now)], undefined, 'id');
    return inserted!.id;
  }

  /** The details of the newest entries of an action, the newest first. */
  async newest(sql: Sql, what: string, limit: number): Promise<Readonly<Record<string, unknown>>[]> {
    const rows = await sql.all<{ detail: string }>(
      `SELECT detail FROM audit WHERE what = $1 ORDER BY id DESC LIMIT ${limit}`,
      [what],
    );
    return rows.map(({ detail }) => storedOr(detail, jsonObject, {}));
  }

  /** Writes how often it has happened by now. No other part of an entry ever changes. */
  async updateTimes(tx: Sql, id: number, times: number): Promise<void> {
    const row = await tx.one<{ detail: string }>('SELECT detail FROM audit WHERE id = $1', [id]);
    if (!row) return;
    const detail = storedOr(row.detail, jsonObject, {});
    await tx.run('UPDATE audit SET detail = $1 WHERE id = $2', [storableJson({ ...detail, times }), id]);
  }
}

const auditRow = ({ who, what, detail }: AuditEntry, now: number) => ({
  at: now,
  who,
  what,
  detail: storableJson(detail),
});

export const auditStore = new AuditStore();
