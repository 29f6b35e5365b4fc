import type { Corp } from '../corp.js';
import type { KfAccount, Servicer } from '../kf/kf-account.js';
import { ROOT_PARTY } from './contact-ways.js';

/** The staff member as a servicer of the account: added by name, or with a department; undefined when neither. */
export function servicerOf(corp: Corp, account: KfAccount, userid: string): Servicer | undefined {
  const staff = corp.staff.get(userid);
  if (!staff || staff.hasLeft || staff === corp.bot) return undefined;
  const named = account.servicers.get(userid);
  if (named || !account.departments.has(ROOT_PARTY)) return named;
  const known = account.departmentServicers.get(userid);
  if (known) return known;
  const servicer: Servicer = { userid, status: 'serving' };
  account.departmentServicers.set(userid, servicer);
  return servicer;
}

/** Everybody who can serve at the account. */
export const servicersOf = (corp: Corp, account: KfAccount): Servicer[] =>
  [...corp.staff.keys()].flatMap((userid) => servicerOf(corp, account, userid) ?? []);
