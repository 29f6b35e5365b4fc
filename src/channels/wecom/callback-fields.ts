import { parseJsonOfStrings } from './json-strings.js';
import { parseXml } from './xml.js';

/** The fields of one decrypted callback. Order is not fixed, anything may be missing, and what is unknown is ignored. */
export class CallbackFields {
  private readonly byName = new Map<string, unknown>();

  private constructor(fields: Readonly<Record<string, unknown>>) {
    for (const [name, value] of Object.entries(fields)) this.byName.set(name.toLowerCase(), value);
  }

  /** Nothing when the plaintext is neither XML nor JSON. */
  static of(plaintext: string): CallbackFields | undefined {
    const text = plaintext.trimStart();
    const fields = text.startsWith('{') ? parseJsonOfStrings(text) : parseXml(text);
    return fields && new CallbackFields(fields);
  }

  /** A field's text, cut at `max`; nothing when it is absent or empty. */
  text(name: string, max = 256): string | undefined {
    const value = this.byName.get(name.toLowerCase());
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const text = typeof first === 'string' ? first.trim().slice(0, max) : '';
    return text === '' ? undefined : text;
  }

  integer(name: string): number | undefined {
    const value = this.text(name, 20);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  }

  /** The items of a list that parsers show as nothing, one string, or an array. */
  items(name: string): readonly string[] {
    const value = this.byName.get(name.toLowerCase());
    const held = isRecord(value) ? (value['Item'] ?? value['item']) : value;
    return (Array.isArray(held) ? held : [held]).filter(
      (item): item is string => typeof item === 'string' && item.length > 0,
    );
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
