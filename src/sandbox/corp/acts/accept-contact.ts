import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { meetByLink } from './acquisition.js';
import { meetByWay } from './contact-ways.js';

/** The staff member accepts the customer's request. Returns the welcome code; undefined when there was no request. */
export function acceptContact(corp: Corp, person: Person, userid: string): string | undefined {
  const request = corp.contactWays.removeRequest(userid, person.externalUserId);
  if (!request) return undefined;
  const { linkId, state } = request;
  if (linkId === undefined) return meetByWay(corp, person, userid, state);
  return meetByLink(corp, person, userid, { linkId, channel: state });
}
