import { Liquid, toValueSync, type Template } from 'liquidjs';
import { readLinkUrl, type PrintLink } from '../links/link.js';
import { filterNames, LINK_FILTER, ownFilters } from './liquid-filters.js';

export type ParsedBody = readonly Template[];

/** Longest template file in characters: far more than any message, and fast enough to check while typing. */
export const LONGEST_TEXT = 64_000;

const keptTags = new Set(['if', 'unless', 'case', 'assign', 'capture', 'comment', '#']);

/** Thrown for a value that must not be printed: unknown, empty, or a code. */
export class Unprintable extends Error {
  override readonly name = 'Unprintable';
}

/** Thrown when a text prints too much, for example a capture that prints itself twice, again and again. */
export class TooMuchPrinted extends Error {
  override readonly name = 'TooMuchPrinted';
}

/** Limit of characters printed while one text is rendered, captures included. */
const MOST_PRINTED = 64_000;
// Rendering is synchronous, so one counter is enough.
let printedSoFar = 0;
let printLink: PrintLink | null = null;

const engine = new Liquid({
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  parseLimit: LONGEST_TEXT,
  // Milliseconds. Long enough that only a runaway text reaches it, even on a busy machine.
  renderLimit: 1_000,
  memoryLimit: 200_000,
  templates: {},
  dynamicPartials: false,
  relativeReference: false,
  outputEscape: printable,
});

// Without loops the time to render a text is linear in its length.
for (const tag of Object.keys(engine.tags)) if (!keptTags.has(tag)) Reflect.deleteProperty(engine.tags, tag);
for (const filter of Object.keys(engine.filters))
  if (!filterNames.has(filter)) Reflect.deleteProperty(engine.filters, filter);
for (const [name, filter] of Object.entries(ownFilters)) engine.registerFilter(name, filter);
engine.registerFilter(LINK_FILTER, (address: unknown, name: unknown) => {
  const read = readLinkUrl(String(address));
  if (printLink === null || 'problem' in read) throw new Unprintable('no address to print');
  return printLink({ url: read.url, name: String(name) });
});

function printable(printed: unknown): string {
  const value: unknown = toValueSync(printed as never);
  printedSoFar += typeof value === 'string' ? value.length : 1;
  if (printedSoFar > MOST_PRINTED) throw new TooMuchPrinted(`more than ${MOST_PRINTED} characters`);
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(Math.round(value * 100) / 100);
  throw new Unprintable('nothing to print');
}

/** Throws LiquidJS's errors. Authors see the findings of `checkBody` first. */
export const parseLiquid = (text: string): ParsedBody => engine.parse(text);

/** Renders with `values` only: the scope has no prototype and no globals. A link prints what `print` returns for it. */
export function renderLiquid(
  parsed: ParsedBody,
  values: Readonly<Record<string, unknown>>,
  print: PrintLink | null = null,
): string {
  printedSoFar = 0;
  printLink = print;
  const scope: object = Object.assign(Object.create(null) as object, values);
  return String(engine.renderSync([...parsed], scope));
}

/** The variables that a text needs, according to LiquidJS. */
export const variablesOf = (parsed: ParsedBody): string[] =>
  Object.keys(engine.analyzeSync([...parsed], { partials: false }).globals);
