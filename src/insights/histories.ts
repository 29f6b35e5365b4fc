import type { LocalizedText } from '../domain/localized-text.js';
import type { Sql } from '../platform/database/sql.js';
import { reasonLabel } from './words/reason-words.js';

export interface HistoryStep {
  readonly at: number;
  readonly state: string;
  /** In Chinese; empty when there is nothing to say. */
  readonly note: string;
  readonly noteCode: string;
  readonly noteLabel: LocalizedText;
}

const events = {
  move: { table: 'move_event', idColumn: 'move_id' },
  delivery: { table: 'outbox_event', idColumn: 'outbox_id' },
} as const;

/** The states that moves or deliveries went through, oldest first, by id. */
export async function historiesOf(
  sql: Sql,
  what: keyof typeof events,
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly HistoryStep[]>> {
  const found = new Map<number, HistoryStep[]>();
  if (ids.length === 0) return found;
  const { table, idColumn } = events[what];
  const rows = await sql.all<{ of_id: number; at: number; state: string; note: string }>(
    `SELECT ${idColumn} AS of_id, at, state, note FROM ${table} WHERE ${idColumn} IN (${ids.join(',')}) ORDER BY id`,
  );
  for (const { of_id, at, state, note } of rows) {
    const label = reasonLabel(note);
    const steps = found.get(of_id) ?? [];
    steps.push({ at, state, note: label.zh, noteCode: note, noteLabel: label });
    found.set(of_id, steps);
  }
  return found;
}
