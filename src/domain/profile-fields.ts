import { cutToCharacters } from './cut-text.js';
import type { FactData } from './fact.js';
import type { FieldValue } from './metrics/own-metrics.js';

/** Fields with a column of their own, which the product reads itself. */
export const columnFields: ReadonlySet<string> = new Set(['name', 'phone', 'birthday', 'region', 'gender']);

/** Longest name of a field, and longest text of one, in characters. */
export const LONGEST_FIELD_NAME = 64;
const LONGEST_TEXT = 500;
/** Of one fact no more fields are kept. */
const MOST_FIELDS = 100;

/** The other fields of an updated profile. Lists and objects are not kept; null empties a field. */
export function fieldsIn(data: FactData<'profile_updated'>): [string, FieldValue][] {
  return Object.entries(data)
    .flatMap(([name, value]): [string, FieldValue][] => {
      if (columnFields.has(name) || name === '' || name.length > LONGEST_FIELD_NAME) return [];
      if (typeof value === 'string') return [[name, cutToCharacters(value.trim(), LONGEST_TEXT)]];
      if (value === null || typeof value === 'boolean') return [[name, value]];
      return typeof value === 'number' && Number.isFinite(value) ? [[name, value]] : [];
    })
    .slice(0, MOST_FIELDS);
}
