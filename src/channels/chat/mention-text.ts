import { nameToCall } from '../../domain/messages/index.js';

/**
 * A text that starts with a mention. Members choose their nicknames and the account would post them, so a link, a mention of
 * everybody or an advertisement in a nickname is left out. A text that already starts with the name does not get it twice.
 */
export function mentionText(nickname: string, text: string): string {
  const name = nameToCall(nickname);
  const rest = text.startsWith(name) ? text.slice(name.length).replace(/^[\s，,。.：:！!、~～]+/u, '') : text;
  const isName = rest !== '' && rest.length < text.length - name.length;
  // Clients end a mention with U+2005. Without it the following words count as part of the name.
  return `@${name}\u2005${isName ? rest : text}`;
}
