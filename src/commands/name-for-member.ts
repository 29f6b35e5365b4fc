/** A userid that reads like a name is shown; a generated one means nothing to a member. */
export const nameForMember = (staff: string): string =>
  /^(?=.{2,20}$)\p{L}+(?:[ ._-]\p{L}+)?$/u.test(staff)
    ? /^\p{Script=Latin}/u.test(staff)
      ? `${staff} `
      : staff
    : '同事';
