import type { Label } from '../../api/label.js';
import { fieldsOf, isMap, partsOf, apartOf } from './document-form.js';
import type { Field, ListPart } from './form-parts.js';

/** One difference between two versions of a document, with its place in words. */
export interface Change {
  /** From the outermost: the entry's name, then the field. */
  readonly where: readonly (Label | string)[];
  readonly kind: 'added' | 'removed' | 'changed';
  /** Undefined for a whole entry. */
  readonly field?: Field;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The differences between two versions, entry by entry and field by field; comments do not count. */
export function changesBetween(document: string, before: unknown, after: unknown): readonly Change[] {
  const parts = [...partsOf(document, after), ...partsOf(document, before)];
  const unique = parts.filter(
    (part, index) =>
      parts.findIndex((other) => other.path.join() === part.path.join() && other.kind === part.kind) === index,
  );
  return unique.flatMap((part) => {
    const [old, now] = [at(before, part.path), at(after, part.path)];
    if (part.kind === 'list') return ofList(part, old, now, []);
    const apart = part.path.length === 0 ? apartOf(unique) : [];
    return ofFields(fieldsOf(part.fields, { ...asMap(old), ...asMap(now) }, apart), old, now, [part.title]);
  });
}

const at = (data: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), data);
const asMap = (value: unknown): Readonly<Record<string, unknown>> => (isMap(value) ? value : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function valueOf(values: unknown, key: string): unknown {
  return at(values, key.split('.'));
}

function ofFields(fields: readonly Field[], before: unknown, after: unknown, where: Change['where']): Change[] {
  return fields.flatMap((field): Change[] => {
    const [old, now] = [valueOf(before, field.key) ?? field.fallback, valueOf(after, field.key) ?? field.fallback];
    if (isSame(old, now)) return [];
    return [{ where: [...where, field.label], kind: 'changed', field, before: old, after: now }];
  });
}

/** The name of an entry as people know it. */
export function entryName({ entry }: ListPart, value: unknown, index: number): Label | string {
  const name = asMap(value)[entry.name];
  if (typeof name === 'string') return name;
  if (isMap(name) && typeof name['zh'] === 'string')
    return { zh: name['zh'], en: typeof name['en'] === 'string' ? name['en'] : name['zh'] };
  return `${index + 1}`;
}

function ofList(part: ListPart, before: unknown, after: unknown, where: Change['where']): Change[] {
  const [old, now] = [asList(before), asList(after)];
  const keyOf = (value: unknown, index: number): string => {
    const key = part.entry.fields.find(({ isKey }) => isKey)?.key ?? part.entry.name;
    return JSON.stringify(asMap(value)[key] ?? index);
  };
  const oldByKey = new Map(old.map((value, index) => [keyOf(value, index), value]));
  const nowKeys = new Set(now.map(keyOf));
  const list = part.entry.list;
  return [
    ...now.flatMap((value, index): Change[] => {
      const place = [...where, entryName(part, value, index)];
      const earlier = oldByKey.get(keyOf(value, index));
      if (earlier === undefined) return [{ where: place, kind: 'added' }];
      const inner = list && String(list.path[0]);
      const fields = fieldsOf(part.entry.fields, { ...asMap(earlier), ...asMap(value) }, inner ? [inner] : []);
      return [
        ...ofFields(fields, earlier, value, place),
        ...(list && inner ? ofList(list, asMap(earlier)[inner], asMap(value)[inner], place) : []),
      ];
    }),
    ...old.flatMap((value, index): Change[] =>
      nowKeys.has(keyOf(value, index)) ? [] : [{ where: [...where, entryName(part, value, index)], kind: 'removed' }],
    ),
  ];
}

export interface Piece {
  readonly kind: 'same' | 'gone' | 'come';
  readonly text: string;
}

/** Two texts as what they share and where they differ. Numbers and words stay whole. */
export function differenceOf(before: string, after: string): readonly Piece[] {
  const [old, now] = [piecesOf(before), piecesOf(after)];
  const shared = longestShared(old, now);
  const found: Piece[] = [];
  const add = (kind: Piece['kind'], text: string): void => {
    const last = found.at(-1);
    if (last?.kind === kind) found[found.length - 1] = { kind, text: last.text + text };
    else found.push({ kind, text });
  };
  let [x, y] = [0, 0];
  while (x < old.length || y < now.length) {
    if (x < old.length && y < now.length && old[x] === now[y]) {
      add('same', now[y]!);
      [x, y] = [x + 1, y + 1];
    } else if (y >= now.length || (x < old.length && shared[x + 1]![y]! >= shared[x]![y + 1]!)) add('gone', old[x++]!);
    else add('come', now[y++]!);
  }
  return found;
}

/** How many pieces the ends of two lists share, from each pair of places on. */
function longestShared(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  for (let x = old.length - 1; x >= 0; x -= 1)
    for (let y = now.length - 1; y >= 0; y -= 1)
      lengths[x]![y] =
        old[x] === now[y] ? lengths[x + 1]![y + 1]! + 1 : Math.max(lengths[x + 1]![y]!, lengths[x]![y + 1]!);
  return lengths;
}

const piecesOf = (text: string): readonly string[] => text.match(/¥?\d[\d,.]*|[A-Za-z_]+|\s+|./gsu) ?? [];
