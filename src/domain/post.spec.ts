import { expect, it } from 'vitest';
import { isPost } from './post.js';

it.each([
  ['a sentence', 12, false, true],
  ['four characters, as 谢谢大家', 4, false, true],
  ['three characters, as 好的。', 3, false, false],
  ['one character', 1, false, false],
  ['a message whose length the client leaves out', 0, false, true],
  ['an ad', 80, true, false],
])('counts as a post or not: %s', (_what, length, looksLikeAd, expected) => {
  expect(isPost({ length, looksLikeAd })).toBe(expected);
});
