/**
 * The lists of a group mix staff and customers without a mark. The id of a customer is `wm` (WeChat) or `wo` (WeCom) and 30
 * more characters. People choose the userids of staff; one of that length with the same start is unlikely.
 */
export const isExternalUserId = (id: string): boolean => /^w[mo][A-Za-z0-9_-]{26,62}$/.test(id);
