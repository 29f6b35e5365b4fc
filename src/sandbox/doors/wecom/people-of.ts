import type { Corp } from '../../corp/corp.js';
import type { Person, Staff } from '../../corp/person.js';
import { isContact, type Relation } from '../../corp/relations.js';
import { Refused } from './endpoint.js';

export function staffNamed(corp: Corp, userid: string): Staff {
  if (userid === '') throw new Refused(41009, 'userid missing');
  const staff = corp.staff.get(userid);
  // Contract §1.2: 40003 for who is not in the directory or resigned, 60111 for who is outside the visible scope.
  if (!staff || staff.hasLeft) throw new Refused(40003, 'invalid userid');
  if (!corp.sees(userid)) throw new Refused(60111, 'userid not found');
  return staff;
}

export function customerNamed(corp: Corp, externalUserId: string): Person {
  if (externalUserId === '') throw new Refused(41035, 'external_userid missing');
  const person = corp.people.get(externalUserId);
  if (!person) throw new Refused(40096, 'invalid external userid');
  return person;
}

/** The staff whom the app may see, without those who left. */
export const colleagues = (corp: Corp): Staff[] =>
  [...corp.staff.values()].filter((one) => !one.hasLeft && corp.sees(one.userid));

/** The staff the app may read customers of. */
export const servingStaff = (corp: Corp): Staff[] => [...corp.staff.values()].filter((one) => corp.serves(one.userid));

/** The pair, if it is still one: half and ended ones are refused with 84061, one-way ones still work. */
export function pairOf(corp: Corp, userid: string, externalUserId: string): Relation {
  const staff = staffNamed(corp, userid);
  customerNamed(corp, externalUserId);
  const relation = corp.relations.of(userid, externalUserId);
  // Contract §4.9: also when the staff member may have no customers any more.
  if (!relation || !isContact(relation) || !staff.followsCustomers) throw new Refused(84061, 'not external contact');
  return relation;
}
