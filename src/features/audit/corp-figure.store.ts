import type { CorpFigures } from '../../domain/metrics/index.js';
import type { Sql } from '../../platform/database/sql.js';

/** Figures of the whole corp that rules compare members with. They are computed once a day, before the daily review. */
export class CorpFigureStore {
  /** Every figure by name; null when there was no member to compute it from. */
  async all(sql: Sql): Promise<CorpFigures> {
    const rows = await sql.all<{ name: string; value: number | null }>('SELECT name, value FROM corp_figure');
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  async write(tx: Sql, figures: CorpFigures, now: number): Promise<void> {
    await tx.insert(
      'corp_figure',
      Object.entries(figures).map(([name, value]) => ({ name, value, computed_at: now })),
      '(name) DO UPDATE SET value = excluded.value, computed_at = excluded.computed_at',
    );
  }
}

export const corpFigureStore = new CorpFigureStore();
