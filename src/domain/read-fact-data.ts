import type { z } from 'zod';
import { cutToCodePoints } from './cut-text.js';
import { factData, type FactKind } from './fact.js';

export type FactDataReading =
  { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly problem: string };

export const isFactKind = (kind: string): kind is FactKind => Object.hasOwn(factData, kind);

/**
 * Reads what a fact of this kind carries. A text or a list that is longer than the kind allows is cut: a channel tells what
 * people wrote somewhere else, and one long remark must not cost everything that was read with it. An empty text in a list
 * of ids is left out: earlier versions stored it, and it names nobody. Changes `value`.
 */
export function readFactData(kind: FactKind, value: unknown): FactDataReading {
  const shape: z.ZodType = factData[kind];
  let read = shape.safeParse(value);
  // A list may hold both what is too long and what is empty, and be too long itself.
  for (let times = 0; times < 3 && !read.success; times++) {
    const { issues } = read.error;
    const isCut = issues.map((issue) => cutAt(value, issue));
    // Leaving out moves what stands after it in the list, and the places of the issues fit no more.
    const isLeftOut = issues.map((issue) => leftOutAt(value, issue));
    if (![...isCut, ...isLeftOut].includes(true)) break;
    read = shape.safeParse(value);
  }
  if (read.success) return { ok: true, data: read.data };
  const [issue] = read.error.issues;
  return { ok: false, problem: `${issue!.path.map(String).join('.')}: ${issue!.message}` };
}

/** Whether the issue was only a length, which is mended now. */
function cutAt(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'too_big' || issue.path.length === 0) return false;
  const most = Number(issue.maximum);
  const name = issue.path.at(-1)!;
  const holder = issue.path.slice(0, -1).reduce<unknown>((inner, key) => propertyOf(inner, key), value);
  const long = propertyOf(holder, name);
  // As zod counts: UTF-16 units, never fewer than code points.
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

/** Whether the issue was only an empty text in a list; no such text is in the list now. */
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
