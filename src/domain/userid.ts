/** Userids are compared without case, because WeCom may answer in lower case. */
export const isSameUserid = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
