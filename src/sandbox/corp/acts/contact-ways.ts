import { SECOND } from '../../calendar.js';
import type { ContactWay } from '../contact-ways.js';
import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { addContact } from './contacts.js';
import { deliver } from './deliver.js';

export type ContactScanned =
  | { readonly added: string; readonly welcomeCode: string | undefined }
  /** The staff member must accept first. */
  | { readonly waiting: string }
  /** A temporary chat: nobody became a contact. */
  | { readonly chat: string }
  | { readonly not: 'expired' | 'nobody' | 'already_contact' };

/** The only department: the whole corp. */
export const ROOT_PARTY = 1;

/** A person scans the code of a contact way. */
export function scanContactWay(corp: Corp, person: Person, way: ContactWay): ContactScanned {
  const { settings } = way;
  if (corp.contactWays.hasExpired(way, corp.now())) return { not: 'expired' };
  const userid = pickStaff(corp, person, way);
  if (userid === undefined) return { not: 'nobody' };
  if (settings.temporary) {
    const { chatExpiresInS, conclusion } = settings.temporary;
    corp.contactWays.openChat(userid, person.externalUserId, conclusion);
    corp.timeline.after(chatExpiresInS * SECOND, () => closeTemporaryChat(corp, userid, person));
    return { chat: userid };
  }
  if (corp.relations.of(userid, person.externalUserId)?.bond === 'mutual') return { not: 'already_contact' };
  if (!settings.skipVerify) {
    corp.contactWays.request(userid, person.externalUserId, { state: settings.state });
    corp.reactions.applied(person, userid);
    return { waiting: userid };
  }
  return { added: userid, welcomeCode: meetByWay(corp, person, userid, settings.state) };
}

/** Returns whether there was such a chat. */
export function closeTemporaryChat(corp: Corp, userid: string, person: Person): boolean {
  const chat = corp.contactWays.removeChat(userid, person.externalUserId);
  if (!chat) return false;
  const { conclusion } = chat;
  if (conclusion) {
    const attachments = conclusion.attachment ? [conclusion.attachment] : [];
    deliver(corp, person, { text: conclusion.text, attachments, via: 'conclusion', from: userid, ref: '' });
  }
  return true;
}

/** The staff that the way can lead to: its users and all staff of its departments, if they may have customers. */
export function usersOf(
  corp: Corp,
  { users, parties }: { readonly users: readonly string[]; readonly parties: readonly number[] },
): string[] {
  const all = parties.includes(ROOT_PARTY) ? [...corp.staff.keys()] : [];
  return [...new Set([...users, ...all])].filter((userid) => corp.serves(userid));
}

/** The platform picks at random. Here staff take turns, so that the same scans always lead to the same staff. */
function pickStaff(corp: Corp, person: Person, way: ContactWay): string | undefined {
  const users = usersOf(corp, way.settings);
  const knows = (userid: string): boolean => corp.relations.of(userid, person.externalUserId)?.bond === 'mutual';
  if (way.settings.isExclusive && users.some(knows)) return users.find(knows);
  const picked = users[way.scans % users.length];
  way.scans += 1;
  return picked;
}

/** The two become contacts by the code. Returns the welcome code. */
export const meetByWay = (corp: Corp, person: Person, userid: string, state: string): string | undefined =>
  addContact(corp, person, userid, { addWay: 1, welcome: true, ...(state === '' ? {} : { state }) });
