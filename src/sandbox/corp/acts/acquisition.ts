import { DAY } from '../../calendar.js';
import type { AcquisitionLink } from '../acquisition-links.js';
import type { QuotaNews } from '../acquisition-quota.js';
import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { usersOf } from './contact-ways.js';
import { addContact } from './contacts.js';
import { emitEvent } from './events.js';

export type LinkOpened =
  | { readonly added: string; readonly welcomeCode: string | undefined }
  /** The staff member must accept first. */
  | { readonly waiting: string }
  | { readonly not: 'no_such_link' | 'unavailable' | 'exhausted' | 'nobody' | 'already_contact' };

/** Added through an acquisition link (contract §4.3). */
const ADD_WAY = 16;

/** A person opens the link and taps to add the staff member it leads to. */
export function openAcquisitionLink(corp: Corp, person: Person, at: { linkId: string; channel: string }): LinkOpened {
  const link = corp.acquisitionLinks.get(at.linkId);
  if (!link) return { not: 'no_such_link' };
  if (link.isBlocked) return { not: 'unavailable' };
  const { externalUserId } = person;
  link.clicks.push({ externalUserId, at: corp.now() });
  const isExhausted = corp.acquisitionQuota.balance(corp.now()) === 0;
  if (isExhausted && corp.acquisitionLinks.manners.exhausted === 'closed') return { not: 'exhausted' };
  const userid = pickStaff(corp, person, link);
  if (userid === undefined) return { not: 'nobody' };
  if (knows(corp, person, userid)) return { not: 'already_contact' };
  // The platform reports a request only if the link has a channel (D-97299).
  if (at.channel !== '') report(corp, 'friend_request', { LinkId: link.linkId, State: at.channel });
  if (!link.settings.skipVerify) {
    corp.contactWays.request(userid, externalUserId, { state: at.channel, linkId: link.linkId });
    corp.reactions.applied(person, userid);
    return { waiting: userid };
  }
  return { added: userid, welcomeCode: meetByLink(corp, person, userid, at) };
}

/** The two become contacts by the link. Returns the welcome code. */
export function meetByLink(
  corp: Corp,
  person: Person,
  userid: string,
  { linkId, channel }: { readonly linkId: string; readonly channel: string },
): string | undefined {
  const { externalUserId } = person;
  const added = { userid, externalUserId, state: channel, addedAt: corp.now(), hasSpoken: false };
  corp.acquisitionLinks.get(linkId)?.customers.push(added);
  const state = channel === '' ? {} : { state: channel };
  return addContact(corp, person, userid, { addWay: ADD_WAY, welcome: true, ...state });
}

/** A customer writes to a staff member. The first message of who came by a link uses up one of the bought uses. */
export function writeToStaff(corp: Corp, person: Person, userid: string): boolean {
  const relation = corp.relations.of(userid, person.externalUserId);
  if (relation?.bond !== 'mutual') return false;
  relation.lastTalkAt = corp.now();
  const silent = corp.acquisitionLinks.silentCustomer(userid, person.externalUserId);
  if (!silent) return true;
  const { link, customer } = silent;
  customer.hasSpoken = true;
  report(corp, 'customer_start_chat', {
    LinkId: link.linkId,
    UserID: userid,
    ExternalUserID: person.externalUserId,
    State: customer.state === '' ? undefined : customer.state,
  });
  reportQuota(corp, corp.acquisitionQuota.use(corp.now()));
  return true;
}

/** An administrator buys uses, valid for so many days. */
export const buyQuota = (corp: Corp, count: number, days: number): void =>
  reportQuota(corp, provideQuota(corp, count, days));

/** Uses that the corp has from the first day on, before there is an app to report to. */
export function provideQuota(corp: Corp, count: number, days: number): QuotaNews | undefined {
  const expiresAt = corp.now() + days * DAY;
  corp.timeline.at(expiresAt, () => reportQuota(corp, corp.acquisitionQuota.expire(expiresAt)));
  return corp.acquisitionQuota.buy(count, expiresAt, corp.now());
}

/** An administrator deletes a link in the console: unlike a deletion by the API, this is reported. */
export function deleteLinkByHand(corp: Corp, link: AcquisitionLink): void {
  corp.acquisitionLinks.remove(link.linkId);
  report(corp, 'delete_link', { LinkId: link.linkId });
}

/** The platform switches a link off, or on again. */
export function blockLink(corp: Corp, link: AcquisitionLink, isBlocked: boolean): void {
  link.isBlocked = isBlocked;
  reportBrokenLinks(corp);
}

/** Reports each link once that stops working: it is blocked, or leads to nobody who may have customers. */
export function reportBrokenLinks(corp: Corp): void {
  for (const link of corp.acquisitionLinks.all()) {
    const isBroken = link.isBlocked || staffOf(corp, link).length === 0;
    if (isBroken && !link.isReported) report(corp, 'link_unavailable', { LinkId: link.linkId });
    link.isReported = isBroken;
  }
}

/** Staff take turns, unless a priority leads to somebody whom the customer knows. */
function pickStaff(corp: Corp, person: Person, link: AcquisitionLink): string | undefined {
  const { priority } = link.settings;
  if (priority) {
    const named = priority.type === 1 ? [...corp.staff.keys()] : priority.users;
    const known = named.find((userid) => corp.serves(userid) && knows(corp, person, userid));
    if (known !== undefined) return known;
  }
  const staff = staffOf(corp, link);
  const picked = staff[link.turns % staff.length];
  link.turns += 1;
  return picked;
}

const staffOf = (corp: Corp, { settings }: AcquisitionLink): string[] =>
  usersOf(corp, { users: settings.users, parties: settings.departments });

const knows = (corp: Corp, person: Person, userid: string): boolean =>
  corp.relations.of(userid, person.externalUserId)?.bond === 'mutual';

function reportQuota(corp: Corp, news: QuotaNews | undefined): void {
  if (news !== undefined) report(corp, news, {});
}

const report = (corp: Corp, changeType: string, fields: Readonly<Record<string, string | undefined>>): void =>
  emitEvent(corp, 'customer_acquisition', { ChangeType: changeType, ...fields });
