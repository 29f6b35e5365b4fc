// A string that never ends is taken to the end of the text: looking back from each of its quotes would be quadratic.
const stringOrNumber = /"(?:[^"\\]|\\[^])*"?|-?\d[\d.eE+-]*/g;

/** JSON with every number read as the string it was written as (ids exceed 2^53), or nothing when it is not an object. */
export function parseJsonOfStrings(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const quoted = text.replace(stringOrNumber, (token) => (token.startsWith('"') ? token : `"${token}"`));
    const parsed: unknown = JSON.parse(quoted);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
