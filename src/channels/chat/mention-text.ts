import { nameToCall } from '../../domain/messages/index.js';

/**
 * A text that begins with a mention. A nickname is foreign text, and the account would be the one to post it: a link, a call
 * to everybody or an advertisement in it is not repeated. Nor is the name, where the text begins with it, too.
 */
export function mentionText(nickname: string, text: string): string {
  const name = nameToCall(nickname);
  const rest = text.startsWith(name) ? text.slice(name.length).replace(/^[\s，,。.：:！!、~～]+/u, '') : text;
  const isName = rest !== '' && rest.length < text.length - name.length;
  // U+2005 is what clients put behind a mention; without it the words after the name are taken for a part of it.
  return `@${name}\u2005${isName ? rest : text}`;
}
