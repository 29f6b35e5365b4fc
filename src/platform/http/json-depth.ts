/** Deeper than any valid body, and far below the depth at which a recursive reader overflows the stack. */
export const MAX_JSON_DEPTH = 32;

/** Whether a parsed value nests deeper than `most`. Not recursive: one megabyte can hold 500,000 levels. */
export function isDeeperThan(value: unknown, most: number): boolean {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= most) return true;
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth: next.depth + 1 });
  }
  return false;
}
