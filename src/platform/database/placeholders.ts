const checked = new Map<string, number>();

/**
 * Throws if the placeholders are not numbered in order of first appearance, or if `given` is not their number. SQLite binds
 * by that order and PostgreSQL by the numbers, so elsewhere values would be swapped; a missing value is NULL on SQLite.
 */
export function checkPlaceholders(text: string, given: number): void {
  let wanted = checked.get(text);
  if (wanted === undefined) {
    wanted = countPlaceholders(text);
    // Rules produce many texts. Clearing the whole cache is cheaper than tracking the age of each entry.
    if (checked.size >= 2_000) checked.clear();
    checked.set(text, wanted);
  }
  if (wanted !== given) {
    throw new Error(`statement wants ${wanted} values and was given ${given}: ${text}`);
  }
}

function countPlaceholders(text: string): number {
  let highest = 0;
  for (const [, digits] of text.matchAll(/\$(\d+)/g)) {
    const number = Number(digits);
    if (number > highest + 1 || number === 0) {
      throw new Error(`placeholder $${digits} appears before $${highest + 1}: ${text}`);
    }
    if (number > highest) highest = number;
  }
  return highest;
}
