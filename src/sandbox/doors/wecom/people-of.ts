import type { Corp } from '../../corp/corp.js';
import type { Person, Staff } from '../../corp/person.js';
import { isContact, type Relation } from '../../corp/relations.js';
import { Refused } from './endpoint.js';

export function staffNamed(corp: Corp, userid: string): Staff {
  if (userid === '') throw new Refused(41009, 'userid missing');
  const staff = corp.staff.get(userid);
  if (!staff) throw new Refused(40003, 'invalid userid');
  return staff;
}

export function customerNamed(corp: Corp, externalUserId: string): Person {
  if (externalUserId === '') throw new Refused(41035, 'external_userid missing');
  const person = corp.people.get(externalUserId);
  if (!person) throw new Refused(40096, 'invalid external userid');
  return person;
}

/** The pair, if it is still one: half and ended ones are refused with 84061, one-way ones still work. */
export function pairOf(corp: Corp, userid: string, externalUserId: string): Relation {
  staffNamed(corp, userid);
  customerNamed(corp, externalUserId);
  const relation = corp.relations.of(userid, externalUserId);
  if (!relation || !isContact(relation)) throw new Refused(84061, 'not external contact');
  return relation;
}
