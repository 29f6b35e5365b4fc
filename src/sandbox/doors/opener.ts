import { isPerson, type Corp } from '../corp/corp.js';
import type { Act } from './acts.js';

/** Asks by its nickname who opens a link, since a browser here is nobody's WeChat. */
export const openerForm = (button: string): string =>
  `<form method="post"><input name="who" required maxlength="30" aria-label="昵称 / nickname" placeholder="昵称 / nickname">
        <button>${button}</button></form>`;

/** The external_userid of the customer named in the form; a new name makes a newcomer. Undefined: no name, or a colleague's. */
export async function openerIn(
  corp: Corp,
  body: Buffer,
  act: (act: Act) => Promise<Record<string, unknown>>,
): Promise<string | undefined> {
  const given = (new URLSearchParams(body.toString('utf8')).get('who') ?? '').trim();
  const who = [...given].slice(0, 30).join('');
  const known = corp.who(who);
  if (who === '' || (known && !isPerson(known))) return undefined;
  return known?.externalUserId ?? String((await act({ do: 'newcomer', name: who }))['externalUserId']);
}
