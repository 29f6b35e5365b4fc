/**
 * A number in [0, 1) that is always the same for the same words. It decides who is in a holdout and who gets which variant,
 * which must not change between runs. FNV-1a with a final mix; the spread is tested, secrecy is not needed.
 */
export function stableShare(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const unit of words.join('\u0000')) {
    hash ^= unit.codePointAt(0)!;
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
