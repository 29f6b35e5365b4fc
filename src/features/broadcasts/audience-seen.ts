/** An audience changes all the time. With so many more or fewer people than a person saw, it is another one. */
const TOLERANCE = { share: 0.1, people: 5 };

export const isOtherAudience = (people: number, seen: number): boolean =>
  Math.abs(people - seen) > Math.max(TOLERANCE.people, seen * TOLERANCE.share);
