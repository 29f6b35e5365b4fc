import { z } from 'zod';
import type { Context } from '../domain/context.js';
import { dayOf, isoMonth } from '../domain/day.js';
import { COMPARED_MONTH_SETTING, otherCut, readsCut, type ChosenCut } from '../domain/thresholds/compare-cut.js';
import { auditStore } from '../features/audit/audit.store.js';
import { sampleMetric } from '../features/members/metric-sample.store.js';
import { ruleDocumentStore } from '../features/ruleset/rule-document.store.js';
import type { Database } from '../platform/database/database.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';

/** So many choices are looked at, the newest first. */
const MOST_CHOSEN = 200;
const DEFAULT_CLASSES = 3;
/** The part of the product that acted, in the audit. */
const WHO = 'thresholds';

const chosenShape = z.object({
  metric: z.string(),
  method: z.enum(['quantiles', 'natural', 'natural_log']),
  cut: z.number(),
  classes: z.number().default(DEFAULT_CLASSES),
});

interface Note extends ChosenCut {
  readonly suggested: number;
  readonly between: number;
}

/**
 * Once a month, compares every threshold that a person took from the data with what the same method suggests now. Where they
 * differ materially, leaves a note. A rule is never changed by this.
 */
export async function suggestThresholdsAnew(
  { db, write }: { readonly db: Database; readonly write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T> },
  context: Context,
  now: number,
): Promise<void> {
  const month = isoMonth(dayOf(now, context.timeZone));
  if ((await readSetting(db.read, COMPARED_MONTH_SETTING)) === month) return;
  const notes = await db.readStoppable(new AbortController().signal, (sql) => notesOf(sql, context, now));
  await write(async (tx) => {
    if ((await readSetting(tx, COMPARED_MONTH_SETTING)) === month) return;
    await writeSetting(tx, COMPARED_MONTH_SETTING, month, now);
    for (const note of notes)
      await auditStore.append(tx, { who: WHO, what: 'threshold_suggested', detail: { ...note } }, now);
  });
}

async function notesOf(sql: Sql, { vocabulary, timeZone }: Context, now: number): Promise<Note[]> {
  const texts = [...(await ruleDocumentStore.current(sql)).values()].map(({ text }) => text);
  const chosen = new Map<string, ChosenCut>();
  for (const detail of await auditStore.newest(sql, 'threshold_chosen', MOST_CHOSEN)) {
    const read = chosenShape.safeParse(detail);
    if (!read.success || !texts.some((text) => readsCut(text, read.data))) continue;
    const key = `${read.data.metric} ${read.data.cut}`;
    if (!chosen.has(key)) chosen.set(key, read.data);
  }
  const notes: Note[] = [];
  for (const cut of chosen.values()) {
    const metric = vocabulary.metrics.get(cut.metric);
    if (metric?.type !== 'int' || 'corp' in metric.read) continue;
    const { values, oneIn } = await sampleMetric(sql, metric, dayOf(now, timeZone));
    const other = otherCut(cut, values);
    if (other) notes.push({ ...cut, suggested: other.suggested, between: other.between * oneIn });
  }
  return notes;
}
