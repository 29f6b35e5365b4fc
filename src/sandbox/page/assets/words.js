// The page's words, Chinese first. `{0}` stands for what is given.
import { en } from './words-en.js';
import { zh } from './words-zh.js';

let spoken = localStorage.getItem('sandbox-language') === 'en' ? 'en' : 'zh';

export const lang = () => spoken;

export function setLang() {
  spoken = spoken === 'zh' ? 'en' : 'zh';
  localStorage.setItem('sandbox-language', spoken);
}

const knows = (name) => (spoken === 'zh' ? zh : en)[name];

export const say = (name, ...given) =>
  (knows(name) ?? unnamed(name)).replaceAll(/\{(\d)\}/g, (_, i) => given[Number(i)] ?? '');

/** A kind the page has not heard of is called as the corp calls it. */
const unnamed = (name) => name.slice(name.indexOf('_') + 1);

/** Why something could not be done: what the corp says, behind what it means. */
export const impossible = (message) => `${say('impossible')}：${message}`;
