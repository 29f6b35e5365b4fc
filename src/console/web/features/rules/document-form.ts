import type { Label } from '../../api/label.js';
import type { Plain } from './yaml-edit.js';
import { documentForms } from './document-forms.js';
import { both, type Field, type FieldKind, type ListPart, type Part } from './form-parts.js';

const conditionKeys = ['when', 'where', 'enter', 'stay', 'keep', 'condition'];

function kindOf(key: string, value: unknown): FieldKind {
  if (typeof value === 'boolean') return 'switch';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'number';
  if (typeof value === 'string') return conditionKeys.includes(key) ? 'condition' : 'text';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return 'texts';
  if (isMap(value) && typeof value['zh'] === 'string' && typeof value['en'] === 'string') return 'label';
  return 'other';
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const named = (key: string): Label => both(key, key);

/** The fields of a form, and what the document says beside them, so that nothing of it is out of sight. */
export function fieldsOf(known: readonly Field[], data: unknown, apart: readonly string[] = []): readonly Field[] {
  const seen = new Set([...known.map(({ key }) => key.split('.')[0]!), ...apart]);
  const others = Object.entries(isMap(data) ? data : {}).filter(([key]) => !seen.has(key));
  return [...known, ...others.map(([key, value]) => ({ key, label: named(key), kind: kindOf(key, value) }))];
}

/** The parts of a document: its form, or one made of its data where it has none. */
export function partsOf(document: string, data: unknown): readonly Part[] {
  const known = documentForms[document] ?? [];
  const seen = new Set(
    known.flatMap((part) =>
      part.path.length > 0 || part.kind === 'list' ? part.path.slice(0, 1) : part.fields.map(({ key }) => key),
    ),
  );
  const rest = Object.entries(isMap(data) ? data : {}).filter(([key]) => !seen.has(key));
  const isList = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
    Array.isArray(value) && value.length > 0 && value.every(isMap);
  const made = rest.flatMap(([key, value]): Part[] => {
    if (isList(value)) return [listOf(key, value)];
    return isMap(value) && kindOf(key, value) === 'other'
      ? [{ kind: 'section', path: [key], title: named(key), fields: [] }]
      : [];
  });
  const hasRoot = known.some(({ path }) => path.length === 0);
  const scalars = rest.some(([key, value]) => !isList(value) && !(isMap(value) && kindOf(key, value) === 'other'));
  const root: Part[] =
    !hasRoot && scalars ? [{ kind: 'section', path: [], title: both('其他', 'Other'), fields: [] }] : [];
  return [...known, ...made, ...root];
}

function listOf(key: string, entries: readonly Readonly<Record<string, unknown>>[]): ListPart {
  const name = ['label', 'name', 'group', 'key'].find((one) => entries[0]![one] !== undefined) ?? '';
  return {
    ...{ kind: 'list', path: [key], title: named(key) },
    add: both('再加一条', 'Add one'),
    entry: { name, fields: [], blank: entries.at(-1)! as Plain },
  };
}

/** The top keys that parts of their own show. */
export const apartOf = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap(({ path }) => path.slice(0, 1).map(String));

/** Every condition of a document, with where it stands. */
export function conditionsIn(document: string, data: unknown): readonly string[] {
  const found = new Set<string>();
  const ofFields = (fields: readonly Field[], values: unknown): void => {
    for (const { key, kind } of fields) {
      const value = isMap(values) ? values[key] : undefined;
      if (typeof value === 'string' && (kind === 'condition' || (kind === 'stay' && !isShare(value)))) found.add(value);
    }
  };
  const ofList = (list: ListPart, entries: unknown): void => {
    for (const entry of Array.isArray(entries) ? (entries as readonly unknown[]) : []) {
      ofFields(fieldsOf(list.entry.fields, entry), entry);
      if (list.entry.list && isMap(entry)) ofList(list.entry.list, entry[String(list.entry.list.path[0])]);
    }
  };
  for (const part of partsOf(document, data)) {
    const at = part.path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), data);
    if (part.kind === 'list') ofList(part, at);
    else ofFields(fieldsOf(part.fields, at), at);
  }
  return [...found];
}

/** `90%`: not a condition, but a share of the entry figures. */
export const isShare = (value: string): boolean => /^\s*\d{1,2}\s*%\s*$/u.test(value);

/** A value of the document as text, whatever it is. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
