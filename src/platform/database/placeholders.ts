const checked = new Map<string, number>();

/**
 * SQLite binds an array in the order in which the placeholders first appear, PostgreSQL by their numbers: a text where
 * the two differ would read other people's values on one of them. A missing value would silently be NULL on SQLite.
 */
export function checkPlaceholders(text: string, given: number): void {
  let wanted = checked.get(text);
  if (wanted === undefined) {
    wanted = countPlaceholders(text);
    // Texts made by rules are many; forgetting all of them now and then is cheaper than remembering which are old.
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
