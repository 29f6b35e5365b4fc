import type { LocalizedText } from '../../domain/localized-text.js';

/** A label as it stands within a sentence: English begins it with a small letter, but for its abbreviations. */
export const insideSentence = ({ zh, en }: LocalizedText): LocalizedText => ({
  zh,
  en: /^\p{Lu}\p{Ll}/u.test(en) ? `${en.charAt(0).toLowerCase()}${en.slice(1)}` : en,
});
