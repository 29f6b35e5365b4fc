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

const LONGEST_PROBLEM = 500;

/** Rows that could not be read or worked on: each was left out so that the rest goes on, and an admin sees which and why. */
export class SetAsideStore {
  async add(tx: Sql, rows: readonly SetAside[], now: number): Promise<void> {
    const last = new Map(rows.map((one) => [`${one.source}:${one.row}`, one]));
    await tx.insert(
      'set_aside',
      [...last.values()].map(({ source, row, problem }) => ({
        source,
        row_id: row,
        problem: cutToCodePoints(problem, LONGEST_PROBLEM),
        at: now,
      })),
      '(source, row_id) DO UPDATE SET problem = excluded.problem, at = excluded.at',
    );
  }

  /** They work again, or an admin has seen them. Answers how many there were. */
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

/** Why a row was set aside, from what was thrown: its own words, for they are ours or the database's. */
export const problemOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
