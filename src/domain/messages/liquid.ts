import { Liquid, toValueSync, type Template } from 'liquidjs';
import { filterNames, ownFilters } from './liquid-filters.js';

export type ParsedBody = readonly Template[];

/** The longest file: far more than any message, little enough to check while somebody types. */
export const LONGEST_TEXT = 64_000;

const keptTags = new Set(['if', 'unless', 'case', 'assign', 'capture', 'comment', '#']);

/** Printing it would leave a hole in the sentence, or show a code. */
export class Unprintable extends Error {
  override readonly name = 'Unprintable';
}

/** Printed again and again (a capture that prints itself twice), a short text would become as long as the memory. */
export class TooMuchPrinted extends Error {
  override readonly name = 'TooMuchPrinted';
}

/** Characters printed while one text is filled, captures included: many times what a message may have. */
const MOST_PRINTED = 64_000;
// Filling is synchronous: one text at a time.
let printedSoFar = 0;

const engine = new Liquid({
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  parseLimit: LONGEST_TEXT,
  // A time, and a busy machine may pause us: long enough that only a runaway text meets it.
  renderLimit: 1_000,
  memoryLimit: 200_000,
  templates: {},
  dynamicPartials: false,
  relativeReference: false,
  outputEscape: printable,
});

// With the loops gone, a text is rendered in one pass over its length.
for (const tag of Object.keys(engine.tags)) if (!keptTags.has(tag)) Reflect.deleteProperty(engine.tags, tag);
for (const filter of Object.keys(engine.filters))
  if (!filterNames.has(filter)) Reflect.deleteProperty(engine.filters, filter);
for (const [name, filter] of Object.entries(ownFilters)) engine.registerFilter(name, filter);

function printable(printed: unknown): string {
  const value: unknown = toValueSync(printed as never);
  printedSoFar += typeof value === 'string' ? value.length : 1;
  if (printedSoFar > MOST_PRINTED) throw new TooMuchPrinted(`more than ${MOST_PRINTED} characters`);
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(Math.round(value * 100) / 100);
  throw new Unprintable('nothing to print');
}

/** Throws LiquidJS's errors; `checkBody` has told the author before it comes to that. */
export const parseLiquid = (text: string): ParsedBody => engine.parse(text);

/** The scope holds what is given and nothing else: no prototype, no globals. */
export function renderLiquid(parsed: ParsedBody, values: Readonly<Record<string, unknown>>): string {
  printedSoFar = 0;
  const scope: object = Object.assign(Object.create(null) as object, values);
  return String(engine.renderSync([...parsed], scope));
}

/** LiquidJS's own reading of which variables a text needs from outside. */
export const variablesOf = (parsed: ParsedBody): string[] =>
  Object.keys(engine.analyzeSync([...parsed], { partials: false }).globals);
