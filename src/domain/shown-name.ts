/** A person's name or words in a line of ours: on one line. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

/**
 * A name that others chose (of a member, a group, a code) in a text for staff: by this or `quoted`, and by no other way. It
 * stays within its line and its brackets, so that nobody writes a sentence of ours by their nickname.
 */
export const plainName = (name: string): string => onOneLine(name).replaceAll('「', '『').replaceAll('」', '』');

export const quoted = (name: string, otherwise = '未命名'): string => `「${plainName(name) || plainName(otherwise)}」`;
