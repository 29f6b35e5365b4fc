const MAX_DEPTH = 8;
const MAX_VALUES = 2_000;
const MAX_TEXT = 8_000;
const MAX_NAME = 128;

/**
 * Says why a value from outside is too large, too deep or not storable; null when it is none of these. It does not recurse,
 * because JSON from outside may be nested thousands of levels deep.
 */
export function boundsProblem(value: unknown): string | null {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++values > MAX_VALUES) return `a fact holds at most ${MAX_VALUES} values`;
    if (typeof next.value === 'string') {
      const problem = textProblem(next.value, MAX_TEXT);
      if (problem) return problem;
    }
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MAX_DEPTH) return `a fact is nested at most ${MAX_DEPTH} levels deep`;
    for (const [name, inner] of Object.entries(next.value)) {
      const problem = textProblem(name, MAX_NAME);
      if (problem) return `the name of a field: ${problem}`;
      if (name === '__proto__') return 'no field is called __proto__';
      open.push({ value: inner, depth: next.depth + 1 });
      if (open.length > MAX_VALUES) return `a fact holds at most ${MAX_VALUES} values`;
    }
  }
  return null;
}

/** PostgreSQL stores neither a NUL nor one half of a surrogate pair. */
function textProblem(text: string, maxLength: number): string | null {
  if (text.length > maxLength) return `a text has at most ${maxLength} characters here`;
  if (text.includes('\u0000') || !text.isWellFormed())
    return 'a text holds a NUL or half a character; send well-formed Unicode';
  return null;
}
