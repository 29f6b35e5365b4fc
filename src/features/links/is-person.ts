import type { IncomingHttpHeaders } from 'node:http';

/** Programs that name themselves. Cubot is a make of phones. */
const program =
  /(?<!cu)bot\b|crawl|spider|slurp|preview|scanner|monitor|headless|lighthouse|externalhit|whatsapp|telegram|discord|slack|embed|curl|wget|python|okhttp|go-http|java\/|node|axios|postman/i;

const early = /prefetch|preview|prerender/i;

/**
 * Whether a request looks like a tap of a person: a browser opens the address as a page. Left out are
 *
 * - HEAD and every other method than GET;
 * - programs and previews of messengers that name themselves, and whatever does not call itself a browser (`Mozilla/5.0`, as
 *   the browser inside WeChat and WeCom does);
 * - pages fetched before anybody taps (`Purpose`, `Sec-Purpose`, `X-Purpose`, `X-Moz`), and requests that are no navigation
 *   (`Sec-Fetch-Mode`) or do not ask for a page (`Accept`), as a client does that only makes the card of a pasted link.
 *
 * WeChat publishes nothing about the requests with which it checks links [?]. One that looks like a browser in every header
 * cannot be told from a person and is counted.
 */
export function isPerson(method: string, headers: IncomingHttpHeaders): boolean {
  const header = (name: string): string => String(headers[name] ?? '');
  if (method !== 'GET') return false;
  if (['purpose', 'sec-purpose', 'x-purpose', 'x-moz'].some((name) => early.test(header(name)))) return false;
  const mode = header('sec-fetch-mode');
  if (mode !== '' && mode !== 'navigate') return false;
  if (!header('accept').includes('text/html')) return false;
  const agent = header('user-agent');
  return agent.startsWith('Mozilla/5.0') && !program.test(agent);
}
