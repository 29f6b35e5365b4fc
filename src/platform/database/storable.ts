/**
 * PostgreSQL refuses a NUL and a lone surrogate. Both become U+FFFD, so that one odd nickname does not fail all writes of
 * its transaction. Everything else stays unchanged, even a text that looks like an escape (a backslash and `u0000`).
 */
export function storableText(text: string): string {
  return (text.isWellFormed() ? text : text.toWellFormed()).replaceAll('\u0000', '\ufffd');
}

/** Whether `storableText` leaves the text unchanged. */
const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/**
 * The JSON of a value, for a column or for a parameter that the database reads as JSON. Texts and keys are made storable
 * before they are serialised: replacing characters in finished JSON would break `"\\u0000"`.
 */
export function storableJson(value: unknown): string {
  const json = (JSON.stringify(value) as string | undefined) ?? 'null';
  // JSON.stringify writes a NUL and a lone surrogate as \u escapes. Without such an escape nothing needs to change.
  return json.includes('\\u') ? (JSON.stringify(value, storablePart) as string) : json;
}

function storablePart(_key: string, part: unknown): unknown {
  if (typeof part === 'string') return storableText(part);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  if (Object.keys(part).every(isStorableText)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [storableText(key), inner as unknown]));
}
