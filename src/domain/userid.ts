/** Userids are told apart without regard to case, and WeCom answers with lower case where it was asked with another. */
export const isSameUserid = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
