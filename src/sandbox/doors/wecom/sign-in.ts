import { isPerson, type Corp } from '../../corp/corp.js';
import type { Person } from '../../corp/person.js';
import { isStranger, openidOfVisitor, type SignIn } from '../../corp/sign-ins.js';
import { get, Refused, type Endpoint } from './endpoint.js';

const LONGEST_CODE = 512;
const TICKET_LIFE_S = 1_800;

/** Returns to the app who opened its page (contract part 2 §7, D-98177). */
export const signInEndpoints: readonly Endpoint[] = [
  get('auth/getuserinfo', {}, ({ corp, params, now }) => {
    const signIn = spend(corp, params.text('code'), now);
    const { visitor } = signIn;
    if (isStranger(visitor)) return { openid: openidOfVisitor(visitor) };
    if (isPerson(visitor)) {
      const known = isNamed(corp, visitor) ? { external_userid: visitor.externalUserId } : {};
      return { openid: openidOfVisitor(visitor), ...known };
    }
    const isInScope = corp.sees(visitor.userid);
    if (!isInScope && corp.signIns.manners.outOfScope === 'refused') throw new Refused(50002, 'user out of scope');
    // The ticket is for a member in the app's scope who was asked.
    if (signIn.scope !== 'snsapi_privateinfo' || !isInScope) return { userid: visitor.userid };
    return { userid: visitor.userid, user_ticket: corp.ids.letters('ticket-', 71).slice(7), expires_in: TICKET_LIFE_S };
  }),
];

/** Uses up the code. A used one and one that the platform never made get the same errcode. */
function spend(corp: Corp, code: string, now: number): SignIn {
  const signIn = code.length > LONGEST_CODE ? undefined : corp.signIns.find(code);
  if (!signIn || signIn.isUsed) throw new Refused(40029, 'invalid code');
  if (now > signIn.expiresAt) throw new Refused(42003, 'code expired');
  // A code of another app stays good for that app.
  if (signIn.agentId !== corp.agentId) throw new Refused(50001, 'redirect_url not authorized');
  signIn.isUsed = true;
  return signIn;
}

/** A customer is named if a staff member whom the app may see has them as a contact. */
function isNamed(corp: Corp, person: Person): boolean {
  const { externalUserId } = corp.signIns.manners;
  if (externalUserId !== 'customers') return externalUserId === 'everybody';
  return corp.relations.ofPerson(person.externalUserId).some(({ userid }) => corp.sees(userid));
}
