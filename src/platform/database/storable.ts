/**
 * A text that both databases keep: PostgreSQL refuses a NUL and half a character. They become U+FFFD, the sign for an
 * unreadable character, so that one odd nickname does not hold up all who share its commit. Everything else is kept as it
 * is, also a text that looks like an escape, such as a backslash followed by `u0000`.
 */
export function storableText(text: string): string {
  return (text.isWellFormed() ? text : text.toWellFormed()).replaceAll('\u0000', '\ufffd');
}

/** Whether `storableText` leaves the text as it is. */
const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/**
 * The JSON of a value, for a column or for a parameter that the database itself reads as JSON. The texts and keys in the
 * value are made storable before it is serialised: JSON that is finished is never edited, or `"\\u0000"` becomes no JSON.
 */
export function storableJson(value: unknown): string {
  const json = (JSON.stringify(value) as string | undefined) ?? 'null';
  // JSON.stringify writes a NUL and half a character as escapes. Without any escape of that kind there is nothing to do.
  return json.includes('\\u') ? (JSON.stringify(value, storablePart) as string) : json;
}

function storablePart(_key: string, part: unknown): unknown {
  if (typeof part === 'string') return storableText(part);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  if (Object.keys(part).every(isStorableText)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [storableText(key), inner as unknown]));
}
