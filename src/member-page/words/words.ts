import { en } from './en.js';
import { zh } from './zh.js';

/** Every text of the member's page, in one language. */
export type Words = typeof zh;
export type Language = 'zh' | 'en';

export const wordsIn: Readonly<Record<Language, Words>> = { zh, en };

const MOST_LANGUAGES = 20;

/** The first of our two languages in the browser's order; Chinese when it names neither. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',', MOST_LANGUAGES)
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';');
      const quality = Number(/^\s*q=([\d.]+)/.exec(params.join(';'))?.[1] ?? 1);
      return { language: tag.split('-')[0], quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ language, quality }) => quality > 0 && (language === 'zh' || language === 'en'))
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.language === 'en' ? 'en' : 'zh';
}
