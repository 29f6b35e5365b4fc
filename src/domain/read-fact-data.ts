import type { z } from 'zod';
import { cutToCodePoints } from './cut-text.js';
import { factData, type FactKind } from './fact.js';

export type FactDataReading =
  { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly problem: string };

export const isFactKind = (kind: string): kind is FactKind => Object.hasOwn(factData, kind);

/**
 * Parses the data of a fact. Texts and lists that are too long are cut: people write them in other systems, and one long
 * remark must not lose the rest of a read. Empty ids in a list, which earlier versions stored, are removed. Mutates `value`.
 */
export function readFactData(kind: FactKind, value: unknown): FactDataReading {
  const shape: z.ZodType = factData[kind];
  let read = shape.safeParse(value);
  // Three passes: a list may have long entries, have empty entries, and be too long itself.
  for (let times = 0; times < 3 && !read.success; times++) {
    const { issues } = read.error;
    const isCut = issues.map((issue) => cutAt(value, issue));
    // After the cuts, because removing entries shifts the indices of the other issues.
    const isLeftOut = issues.map((issue) => leftOutAt(value, issue));
    if (![...isCut, ...isLeftOut].includes(true)) break;
    read = shape.safeParse(value);
  }
  if (read.success) return { ok: true, data: read.data };
  const [issue] = read.error.issues;
  return { ok: false, problem: `${issue!.path.map(String).join('.')}: ${issue!.message}` };
}

/** Cuts the text or list of a `too_big` issue. Returns whether it did. */
function cutAt(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'too_big' || issue.path.length === 0) return false;
  const most = Number(issue.maximum);
  const name = issue.path.at(-1)!;
  const holder = issue.path.slice(0, -1).reduce<unknown>((inner, key) => propertyOf(inner, key), value);
  const long = propertyOf(holder, name);
  // Zod counts UTF-16 units.
  const cut =
    typeof long === 'string'
      ? cutToUnits(long, most)
      : Array.isArray(long)
        ? (long.slice(0, most) as unknown)
        : undefined;
  if (cut === undefined) return false;
  (holder as Record<PropertyKey, unknown>)[name] = cut;
  return true;
}

/** Removes all empty texts from the list of a `too_small` issue. Returns whether it did. */
function leftOutAt(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'too_small' || typeof issue.path.at(-1) !== 'number') return false;
  const list = issue.path.slice(0, -1).reduce<unknown>((inner, key) => propertyOf(inner, key), value);
  if (!Array.isArray(list)) return false;
  const isEmpty = (one: unknown): boolean => typeof one === 'string' && one.trim() === '';
  list.splice(0, list.length, ...(list as readonly unknown[]).filter((one) => !isEmpty(one)));
  return true;
}

const propertyOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;

function cutToUnits(text: string, most: number): string {
  let points = most;
  for (;;) {
    const cut = cutToCodePoints(text, points);
    if (cut.length <= most) return cut;
    points -= Math.ceil((cut.length - most) / 2);
  }
}
