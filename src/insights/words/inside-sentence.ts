import type { LocalizedText } from '../../domain/localized-text.js';

/** A label for use within a sentence: the English one starts in lower case, unless it is an abbreviation. */
export const insideSentence = ({ zh, en }: LocalizedText): LocalizedText => ({
  zh,
  en: /^\p{Lu}\p{Ll}/u.test(en) ? `${en.charAt(0).toLowerCase()}${en.slice(1)}` : en,
});
