import { readCallbackXml } from './callback-xml.js';
import { parseJsonOfStrings } from './json-strings.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';

/** The fields of one decrypted callback. They have no fixed order, any may be missing, and unknown ones are ignored. */
export class CallbackFields {
  private readonly names: readonly string[];

  private constructor(private readonly fields: Readonly<Record<string, unknown>>) {
    this.names = Object.keys(fields);
  }

  /** Undefined when the plaintext is neither XML nor JSON. */
  static parse(plaintext: string): CallbackFields | undefined {
    const text = plaintext.trimStart();
    const fields = text.startsWith('{') ? parseJsonOfStrings(text) : readCallbackXml(text);
    return fields && new CallbackFields(fields);
  }

  /** The text of a field, cut to `max` characters; undefined when it is absent or empty. */
  text(name: string, max = 256): string | undefined {
    const text = this.fullText(name);
    return text === undefined ? undefined : cutToCodePoints(text, max);
  }

  /** As `text`, without a limit. */
  fullText(name: string): string | undefined {
    const value = this.value(name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const text = typeof first === 'string' ? first.trim() : '';
    return text === '' ? undefined : text;
  }

  integer(name: string): number | undefined {
    const value = this.text(name, 20);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  }

  /** Variants differ in the case of names. Comparing the length first is faster than lowering all names. */
  private value(name: string): unknown {
    if (Object.hasOwn(this.fields, name)) return this.fields[name];
    const given = this.names.findLast(
      (other) => other.length === name.length && other.toLowerCase() === name.toLowerCase(),
    );
    return given === undefined ? undefined : this.fields[given];
  }

  /** The items of a list, which parsers return as undefined, one string, or an array. */
  items(name: string): readonly string[] {
    const value = this.value(name);
    const list = isRecord(value) ? (value['Item'] ?? value['item']) : value;
    return (Array.isArray(list) ? list : [list]).filter(
      (item): item is string => typeof item === 'string' && item.length > 0,
    );
  }

  /** The chosen options of a card: `SelectedItems/SelectedItem*` of `QuestionKey` and `OptionIds/OptionId*` (contract §3.5). */
  selectedOptions(): readonly { readonly question: string; readonly options: readonly string[] }[] {
    return recordsIn(this.value('SelectedItems'), 'SelectedItem')
      .slice(0, MOST_QUESTIONS)
      .flatMap((item) => {
        const question = text(item['QuestionKey']);
        const options = itemsIn(item['OptionIds'], 'OptionId').slice(0, MOST_OPTIONS);
        return question === undefined ? [] : [{ question, options }];
      });
  }
}

/** A card has at most three questions with at most 20 options. */
const MOST_QUESTIONS = 10;
const MOST_OPTIONS = 50;
const LONGEST_KEY = 1_024;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? cutToCodePoints(value.trim(), LONGEST_KEY) : undefined;

function childrenOf(value: unknown, name: string): readonly unknown[] {
  if (!isRecord(value) || !Object.hasOwn(value, name)) return [];
  const found = value[name];
  return Array.isArray(found) ? found : [found];
}
const recordsIn = (value: unknown, name: string): readonly Readonly<Record<string, unknown>>[] =>
  childrenOf(value, name).filter(isRecord);
const itemsIn = (value: unknown, name: string): readonly string[] =>
  childrenOf(value, name).flatMap((item) => text(item) ?? []);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
