/** Puts text of other people on one line. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

/**
 * A name that others chose (of a member, a group, a code) for a text to staff. Use this or `quoted` for every such name: it
 * cannot leave its line or its brackets, so nobody can forge a sentence of ours with their nickname.
 */
export const plainName = (name: string): string => onOneLine(name).replaceAll('「', '『').replaceAll('」', '』');

export const quoted = (name: string, otherwise = '未命名'): string => `「${plainName(name) || plainName(otherwise)}」`;
