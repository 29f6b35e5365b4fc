const bad = /\u0000|\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

/**
 * A text, or the JSON of one, that both databases keep: PostgreSQL refuses a NUL and half a character, raw or as an escape.
 * They become the sign for an unreadable character, so that one odd nickname does not hold up all who share its commit.
 */
export function storable(text: string): string {
  if (text.isWellFormed() && !bad.test(text)) return text;
  return text.toWellFormed().replaceAll(new RegExp(bad, 'gi'), '\ufffd');
}
