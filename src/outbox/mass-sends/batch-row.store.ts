import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { outboxColumns, parseRow, type OutboxRow, type StoredRow } from '../outbox-row.js';

/** Which rows of the outbox are in which mass-send. */
export class BatchRowStore {
  async add(tx: Sql, ids: readonly number[], batch: number): Promise<void> {
    await tx.run(`UPDATE outbox SET batch_id = $1 WHERE id IN ${inNumbers(tx, 2)}`, [batch, storableJson(ids)]);
  }

  async remove(tx: Sql, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.run(`UPDATE outbox SET batch_id = NULL WHERE id IN ${inNumbers(tx, 1)}`, [storableJson(ids)]);
  }

  /** The readable rows of a batch. The others are set aside when the batch is closed. */
  async rowsOf(sql: Sql, batch: number): Promise<OutboxRow[]> {
    const rows = await sql.all<StoredRow>(`SELECT ${outboxColumns} FROM outbox WHERE batch_id = $1 ORDER BY id`, [
      batch,
    ]);
    return rows.flatMap((row) => {
      const read = parseRow(row);
      return read.ok ? [read.value] : [];
    });
  }
}

export const batchRowStore = new BatchRowStore();
