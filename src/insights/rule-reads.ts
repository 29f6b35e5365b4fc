import { parse } from 'yaml';
import { definitionOf, triggerSchema } from '../domain/triggers/read-triggers.js';
import { blankLiterals } from '../domain/rules/source-slice.js';

/** A segment or an admin's own metric that a rule names. */
export interface ReadName {
  readonly document: 'segments' | 'metrics';
  readonly key: string;
}

/** What a document holds: a map of lists of rows. */
export type Content = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, unknown>>;

export const rowsOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? value.filter((row): row is Row => typeof row === 'object' && row !== null) : [];

export const segmentIn = ({ segments }: Content, key: string): Row | undefined =>
  rowsOf(segments).find((row) => row['key'] === key);

export const ownMetricIn = ({ metrics }: Content, name: string): Row | undefined =>
  rowsOf(metrics).find((row) => row['name'] === name);

/** Segments and own metrics that the rules in `value` name, and those that the rules of these segments name. */
export function readsIn(value: unknown, segments: Content, metrics: Content): ReadName[] {
  const found = new Map<string, ReadName>();
  const waiting = textsIn(value);
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const read of namesIn(text)) {
      const { document, key } = read;
      const row = document === 'segments' ? segmentIn(segments, key) : ownMetricIn(metrics, key);
      if (row === undefined || found.has(`${document} ${key}`)) continue;
      found.set(`${document} ${key}`, read);
      if (document === 'segments') waiting.push(...textsIn(row['when']));
    }
  }
  return [...found.values()];
}

/** A name outside a literal is that of a metric: an own metric may not have the name of anything else. */
function namesIn(text: string): ReadName[] {
  const segments = [...text.matchAll(/in_segment\(\s*(['"])([^'"]+)\1\s*\)/gu)].map(([, , key]) => key!);
  const names = blankLiterals(text).match(/[a-z][a-z0-9_]*/gu) ?? [];
  return [
    ...segments.map((key): ReadName => ({ document: 'segments', key })),
    ...names.map((key): ReadName => ({ document: 'metrics', key })),
  ];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The rules in the front matter of a template: its audience, and the condition that its trigger watches. */
export function rulesInTemplate(template: string): unknown {
  const [, front = ''] = /^---\n([\s\S]*?)\n---/u.exec(template) ?? [];
  const read: unknown = parse(front);
  if (typeof read !== 'object' || read === null) return undefined;
  const { audience, trigger } = read as Content;
  const known = triggerSchema.safeParse(trigger);
  return [audience, known.success ? definitionOf(known.data).condition?.(known.data).text : undefined];
}
