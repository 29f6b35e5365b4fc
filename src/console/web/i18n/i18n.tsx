import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Label } from '../api/label.js';
import { en } from './en.js';
import { sharedLabel } from './shared-labels.js';
import { zh, type Dictionary, type TextKey } from './zh.js';

export type Language = 'zh' | 'en';

const dictionaries: Readonly<Record<Language, Dictionary>> = { zh, en };
const storageKey = 'qunjie.language';

type Fill = Readonly<Record<string, string | number>>;

export interface Texts {
  readonly language: Language;
  readonly locale: 'zh-CN' | 'en-GB';
  readonly setLanguage: (language: Language) => void;
  readonly t: (key: TextKey, fill?: Fill) => string;
  /** For codes that the server may extend: the translation, or the code itself if there is none. */
  readonly name: (family: string, code: string) => string;
  /** The text in the reader's language, of a text in both languages or in one. */
  readonly say: (label: Label | string | null | undefined) => string;
}

const Context = createContext<Texts | null>(null);

/** `{n} {n|day|days}`: a number, and the word for one or for several. */
const filled = (text: string, fill: Fill | undefined): string =>
  fill
    ? text
        .replace(/\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g, (_, name: string, one: string, several: string) =>
          String(fill[name]) === '1' ? one : several,
        )
        .replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole))
    : text;

const isKey = (key: string): key is TextKey => Object.hasOwn(zh, key);

// Chinese is the default. Only the reader switches to English; the browser's language does not.
function storedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // If storage is forbidden, the choice lasts until the page is closed.
  }
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, choose] = useState<Language>(storedLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const texts = useMemo((): Texts => {
    const dictionary = dictionaries[language];
    return {
      language,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      setLanguage: (next) => {
        storeLanguage(next);
        choose(next);
      },
      t: (key, fill) => filled(dictionary[key], fill),
      name: (family, code) => {
        const shared = sharedLabel(family, code);
        if (shared) return shared[language];
        const key = `${family}.${code}`;
        return isKey(key) ? dictionary[key] : code;
      },
      say: (label) => (typeof label === 'string' ? label : (label?.[language] ?? '')),
    };
  }, [language]);
  return <Context value={texts}>{children}</Context>;
}

export function useTexts(): Texts {
  const texts = use(Context);
  if (!texts) throw new Error('useTexts outside LanguageProvider');
  return texts;
}
