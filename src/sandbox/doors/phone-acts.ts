import { z } from 'zod';
import { arriveAt } from '../corp/acts/arrive-at.js';
import { isPerson, type Corp } from '../corp/corp.js';
import type { PhoneBrowser, Visitor } from '../phone/phone-browser.js';
import { name } from './named.js';

/**
 * Acts with the browser inside WeChat or WeCom. `who` is a customer, a colleague, or any other word for a stranger. Only
 * addresses of the product and of the sandbox are requested.
 */
export const phoneActs = [
  z.object({ do: z.literal('open_link'), who: name, url: z.url({ protocol: /^https?$/ }) }),
  // Opens a page and posts its form whose action ends with `action`, with `fields` filled in.
  z.object({
    do: z.literal('submit_form'),
    who: name,
    url: z.url({ protocol: /^https?$/ }),
    action: name,
    fields: z.record(z.string(), z.string()).default({}),
  }),
] as const;

type PhoneAct = z.output<(typeof phoneActs)[number]>;

export async function performOnPhone(
  corp: Corp,
  phones: PhoneBrowser,
  act: PhoneAct,
): Promise<Record<string, unknown>> {
  const visitor = visitorNamed(corp, act.who);
  const known = corp.who(act.who);
  if (isPerson(known)) corp.recordActivity(known, 'link');
  const opened =
    act.do === 'open_link' ? await phones.open(visitor, act.url) : await phones.submit(visitor, act.url, act);
  // Where they are led counts, also behind redirects.
  const scanned =
    act.do === 'open_link' && isPerson(known) ? arriveAt(corp, known, opened.hops.at(-1)?.url ?? '') : undefined;
  return { ...opened, ...(scanned ? { scanned } : {}) };
}

export function visitorNamed(corp: Corp, who: string): Visitor {
  const known = corp.who(who);
  if (!known) return { who, isColleague: false };
  return isPerson(known)
    ? { who: known.externalUserId, isColleague: false }
    : { who: known.userid, isColleague: !known.hasLeft };
}
