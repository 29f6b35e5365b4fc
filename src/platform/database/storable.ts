/** As JSON writes them: a NUL, and half of a pair. */
const escaped = /\\u0000|\\ud[89a-f][0-9a-f]{2}/gi;

/**
 * A text, or the JSON of one, that both databases keep: PostgreSQL refuses a NUL and half a character, raw or as an escape.
 * They become the sign for an unreadable character, so that one odd nickname does not hold up all who share its commit.
 */
export function storable(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.replaceAll('\u0000', '\ufffd').replaceAll(escaped, '\ufffd');
}
