// An unterminated string matches to the end of the text; backtracking from each quote would be quadratic.
const stringOrNumber = /"(?:[^"\\]|\\[^])*"?|-?\d[\d.eE+-]*/g;

/** Parses JSON with every number as a string (ids exceed 2^53). Undefined when it is not an object. */
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
