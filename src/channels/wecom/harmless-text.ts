/** Controls, marks that turn the direction of writing, and what nobody sees. Line breaks, tabs and the joiners of emoji stay. */
const unseen = /(?![\n\t]|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}]/gu;

/**
 * What goes to staff holds other people's words: nicknames, names of groups, what a member wrote. WeCom shows `<a href>` in
 * a text as a link, and links addresses by itself, so whatever could be one becomes plain characters here: the only way by
 * which words reach staff. `ownLinks` are addresses of ours that stand in the text and stay.
 */
export function harmlessText(text: string, ownLinks: readonly string[] = []): string {
  const own = ownLinks.find((link) => link !== '' && text.includes(link));
  if (own === undefined) return defused(text);
  const rest = ownLinks.filter((link) => link !== own);
  return text
    .split(own)
    .map((part) => harmlessText(part, rest))
    .join(own);
}

const defused = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(unseen, '')
    .replaceAll('<', '＜')
    .replaceAll('>', '＞')
    .replace(/&(?=#?\w{1,32};)/gu, '＆')
    .replaceAll('://', '：//')
    .replaceAll('](', '］(');
