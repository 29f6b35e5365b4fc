/**
 * A group's lists mix staff and customers without saying which is which. A customer's id is `wm` (WeChat) or `wo` (WeCom)
 * and 30 more characters; a staff userid is chosen by people and could begin the same way, but hardly at that length.
 */
export const isExternalUserId = (id: string): boolean => /^w[mo][A-Za-z0-9_-]{26,62}$/.test(id);
