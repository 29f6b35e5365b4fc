// The page's texts. `{0}` is replaced by the first given value.
import { en } from './words-en.js';
import { zh } from './words-zh.js';

let language = localStorage.getItem('sandbox-language') === 'en' ? 'en' : 'zh';

export const lang = () => language;

export function setLang() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('sandbox-language', language);
}

const textOf = (name) => (language === 'zh' ? zh : en)[name];

export const say = (name, ...given) =>
  (textOf(name) ?? unnamed(name)).replaceAll(/\{(\d)\}/g, (_, i) => given[Number(i)] ?? '');

/** A kind for which the page has no text is shown under its own name. */
const unnamed = (name) => name.slice(name.indexOf('_') + 1);

/** Says that something could not be done, with the corp's reason. */
export const impossible = (message) => `${say('impossible')}：${message}`;
