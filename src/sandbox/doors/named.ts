import { z } from 'zod';
import { isPerson, type Corp } from '../corp/corp.js';
import type { CustomerGroup } from '../corp/customer-group.js';
import type { Person, Staff } from '../corp/person.js';
import type { Relation } from '../corp/relations.js';
import type { Tag, TagGroup } from '../corp/tag-library.js';

/** The name or id by which a tester refers to a person, staff member, group or tag. */
export const name = z.string().min(1);

/** The requested act is not possible. */
export class ImpossibleAct extends Error {}

export function person(corp: Corp, who: string): Person {
  const someone = corp.who(who);
  if (!isPerson(someone)) throw new ImpossibleAct(`no customer ${who}`);
  return someone;
}

export function staff(corp: Corp, who: string): Staff {
  const someone = corp.who(who);
  if (!someone || isPerson(someone)) throw new ImpossibleAct(`no staff member ${who}`);
  return someone;
}

export function group(corp: Corp, who: string): CustomerGroup {
  const known = corp.groups.get(who) ?? corp.groups.named(who) ?? corp.groups.room(who);
  if (!known) throw new ImpossibleAct(`no group ${who}`);
  return known;
}

export function pair(corp: Corp, act: { readonly who: string; readonly staff: string }): Relation {
  const relation = corp.relations.of(staff(corp, act.staff).userid, person(corp, act.who).externalUserId);
  if (!relation) throw new ImpossibleAct(`${act.who} and ${act.staff} do not know each other`);
  return relation;
}

/** By id, or by name in any group. */
export function tagNamed(corp: Corp, tag: string): Tag {
  const known = corp.tags.tag(tag) ?? corp.tags.groups().flatMap((one) => corp.tags.tagNamed(one, tag) ?? [])[0];
  if (!known) throw new ImpossibleAct(`no tag ${tag}`);
  return known;
}

export function tagGroupNamed(corp: Corp, tagGroup: string): TagGroup {
  const known = corp.tags.group(tagGroup) ?? corp.tags.groupNamed(tagGroup);
  if (!known) throw new ImpossibleAct(`no tag group ${tagGroup}`);
  return known;
}
