import { linkIn } from '../acquisition-links.js';
import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { openAcquisitionLink } from './acquisition.js';
import { scanContactWay } from './contact-ways.js';
import { scanJoinCode } from './groups.js';
import { openByLink } from './kf-customers.js';

/**
 * What an address of the platform does in the WeChat of the customer who has opened it: an entry link opens the chat with
 * customer service, an acquisition link adds a staff member, and a code that is seen there is pressed on and scanned.
 * Undefined: it is none of these.
 */
export function arriveAt(corp: Corp, person: Person, url: string): Record<string, unknown> | undefined {
  if (openByLink(corp, person, url)) return { assistant: true };
  const link = linkIn(url);
  if (link) return openAcquisitionLink(corp, person, link);
  const configId = codeIn(url) ?? '';
  const contactWay = corp.contactWays.get(configId);
  if (contactWay) return scanContactWay(corp, person, contactWay);
  const joinWay = corp.joinWays.get(configId);
  if (!joinWay) return undefined;
  const scanned = scanJoinCode(corp, person, joinWay);
  return 'joined' in scanned ? { joined: scanned.joined.name } : { ...scanned };
}

/** Whether the address is a link or code of the corp other than one of customer service. */
export const leadsToStaffOrGroup = (corp: Corp, url: string): boolean => {
  const configId = codeIn(url) ?? '';
  return (
    corp.acquisitionLinks.get(linkIn(url)?.linkId ?? '') !== undefined ||
    corp.contactWays.get(configId) !== undefined ||
    corp.joinWays.get(configId) !== undefined
  );
};

/** The config_id of the code whose picture is at the address. */
const codeIn = (address: string): string | undefined =>
  URL.canParse(address) ? /^\/qr\/([0-9a-f]{32})\.png$/.exec(new URL(address).pathname)?.[1] : undefined;
