/** SQL condition: the row ended for one of these reasons. Reasons are codes of our own, so they need no quoting. */
export const reasonIn = (reasons: ReadonlySet<string>): string =>
  `reason IN (${[...reasons].map((reason) => `'${reason}'`).join(', ')})`;
