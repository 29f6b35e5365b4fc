/**
 * Most Chinese words have two characters, and with a mark or a particle three: 收到, 好的。, 哈哈哈, +1. Only the length of a
 * message is known, never its text, so a longer word of another language counts as a post.
 */
const ONE_WORD_CHARACTERS = 3;

/**
 * Whether a group message is more than an ad or one word. A length of 0 is one that was not reported (a client leaves it out,
 * a picture has none): it counts, because nobody should lose posts by how their messages are reported.
 */
export const isPost = ({ length, looksLikeAd }: { readonly length: number; readonly looksLikeAd: boolean }): boolean =>
  !looksLikeAd && (length === 0 || length > ONE_WORD_CHARACTERS);
