/** The condition in SQL that a row ended for one of these reasons. They are our own words: nothing of them needs to be quoted. */
export const reasonAmong = (reasons: ReadonlySet<string>): string =>
  `reason IN (${[...reasons].map((reason) => `'${reason}'`).join(', ')})`;
