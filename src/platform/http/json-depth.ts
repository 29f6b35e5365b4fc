/** Deeper than anything this product is sent or stores; far from where a recursive reader runs out of stack. */
export const DEEPEST_JSON = 32;

/** Whether a parsed value nests deeper than `most`. Walks without recursion: 500,000 levels fit in one megabyte. */
export function isDeeperThan(value: unknown, most: number): boolean {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= most) return true;
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth: next.depth + 1 });
  }
  return false;
}
