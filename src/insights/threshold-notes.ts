import { z } from 'zod';
import type { LocalizedText } from '../domain/localized-text.js';
import { COMPARED_MONTH_SETTING } from '../domain/thresholds/compare-cut.js';
import type { Sql } from '../platform/database/sql.js';
import { storedOr } from '../platform/database/stored-json.js';
import { idSince } from './id-since.js';
import { amountLabel, amountWords } from './words/value-words.js';

const noteShape = z.object({ metric: z.string(), cut: z.number(), suggested: z.number(), between: z.number() });
const MOST_NOTES = 50;

/** A threshold in a rule that the data of this month would put elsewhere. */
export interface ThresholdNote {
  readonly metric: string;
  readonly label: LocalizedText;
  readonly chosen: string;
  readonly suggested: string;
  /** Members between the two. */
  readonly between: number;
  /** Epoch ms. */
  readonly at: number;
}

/** The notes of the last comparison; those about a metric of which a threshold was chosen since are left out. */
export async function thresholdNotes(sql: Sql): Promise<ThresholdNote[]> {
  const rows = await sql.all<{ at: number; detail: string }>(
    `SELECT at, detail FROM audit
     WHERE what = 'threshold_suggested' AND at = (SELECT changed_at FROM setting WHERE name = '${COMPARED_MONTH_SETTING}')
     ORDER BY id LIMIT ${MOST_NOTES}`,
  );
  if (rows.length === 0) return [];
  const since = await sql.all<{ detail: string }>(
    `SELECT detail FROM audit WHERE what = 'threshold_chosen' AND at > $1`,
    [rows[0]!.at],
  );
  const chosenSince = new Set(
    since.map(({ detail }) => storedOr(detail, z.object({ metric: z.string() }), null)?.metric),
  );
  return rows.flatMap(({ at, detail }) => {
    const note = storedOr(detail, noteShape, null);
    if (!note || chosenSince.has(note.metric)) return [];
    const { metric, cut, suggested, between } = note;
    return {
      ...{ metric, label: amountLabel(metric), between, at: Number(at) },
      chosen: amountWords(metric, cut),
      suggested: amountWords(metric, suggested),
    };
  });
}

/** How many thresholds a comparison in [from, until) noted. */
export async function thresholdsNotedIn(sql: Sql, from: number, until: number): Promise<number> {
  const row = await sql.one<{ n: number }>(
    `SELECT COUNT(*) AS n FROM audit WHERE id >= ${await idSince(sql, 'audit', from)} AND at >= ${from} AND at < ${until} AND what = 'threshold_suggested'`,
  );
  return Number(row?.n ?? 0);
}
