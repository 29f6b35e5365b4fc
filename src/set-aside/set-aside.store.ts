import { cutToCodePoints } from '../domain/cut-text.js';
import type { SetAsideSource } from '../domain/set-aside-source.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';

export interface SetAside {
  readonly source: SetAsideSource;
  readonly row: number;
  readonly problem: string;
}

const MAX_PROBLEM_LENGTH = 500;

/** Rows of any table that could not be read or processed. Each was skipped so that the others go on; an admin sees which and why. */
export class SetAsideStore {
  async add(tx: Sql, rows: readonly SetAside[], now: number): Promise<void> {
    const last = new Map(rows.map((entry) => [`${entry.source}:${entry.row}`, entry]));
    await tx.insert(
      'set_aside',
      [...last.values()].map(({ source, row, problem }) => ({
        source,
        row_id: row,
        problem: cutToCodePoints(problem, MAX_PROBLEM_LENGTH),
        at: now,
      })),
      '(source, row_id) DO UPDATE SET problem = excluded.problem, at = excluded.at',
    );
  }

  /** Deletes the entries of rows that work again or that an admin has dismissed. Returns how many there were. */
  async clear(tx: Sql, source: SetAsideSource, rows: readonly number[]): Promise<number> {
    if (rows.length === 0) return 0;
    return tx.run(`DELETE FROM set_aside WHERE source = $1 AND row_id IN ${inNumbers(tx, 2)}`, [
      source,
      storableJson(rows),
    ]);
  }

  async clearAll(tx: Sql, source: SetAsideSource): Promise<void> {
    await tx.run('DELETE FROM set_aside WHERE source = $1', [source]);
  }

  async has(sql: Sql, source: SetAsideSource, row: number): Promise<boolean> {
    return (
      (await sql.one('SELECT row_id FROM set_aside WHERE source = $1 AND row_id = $2', [source, row])) !== undefined
    );
  }

  async any(sql: Sql, source: SetAsideSource): Promise<boolean> {
    return (await sql.one('SELECT row_id FROM set_aside WHERE source = $1 LIMIT 1', [source])) !== undefined;
  }
}

export const setAsideStore = new SetAsideStore();

/** The problem to store for a row, from what was thrown: the message of the error, which is ours or the database's. */
export const problemOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
