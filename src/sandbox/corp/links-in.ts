import type { Content } from './messages.js';

/** Ends before quotes, brackets and Chinese punctuation, which stand behind an address in a text. */
const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）【】「」《》]+/g;

/** The addresses in a message that somebody can tap: in its text and on its cards, each once. */
export function linksIn({ text, attachments }: Content): string[] {
  const cards = attachments.flatMap(({ link, ca_link: card }) => [link?.url ?? [], card?.link_url ?? []].flat());
  const found = [...(text.match(ADDRESS) ?? []).map((one) => one.replace(/[.,;:!?)]+$/, '')), ...cards];
  return [...new Set(found)].filter((one) => URL.canParse(one));
}
