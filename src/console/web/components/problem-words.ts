import type { Label } from '../api/label.js';
import type { Problem } from '../api/request.js';

/** A mistake in both languages; its one message where the server gave no other. */
export const problemWords = ({ message, messageZh, messageEn }: Problem): Label => ({
  zh: messageZh ?? message,
  en: messageEn ?? message,
});

export const hintWords = ({ hint, hintEn }: Problem): Label => ({ zh: hint ?? '', en: hintEn ?? hint ?? '' });
