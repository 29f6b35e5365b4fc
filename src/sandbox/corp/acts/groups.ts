import type { Corp } from '../corp.js';
import type { CustomerGroup, GroupMember, MemberChange } from '../customer-group.js';
import type { JoinWay } from '../join-ways.js';
import type { Person } from '../person.js';
import { emitEvent } from './events.js';

export type Scanned = { readonly joined: CustomerGroup } | { readonly not: 'already_in' | 'full' | 'no_such_group' };

/** A person scans a join code and joins the first group with room. If all are full, the code may open a new group. */
export function scanJoinCode(corp: Corp, person: Person, way: JoinWay): Scanned {
  const groups = way.settings.chatIds.flatMap((chatId) => {
    const group = corp.groups.get(chatId);
    return group && !group.dismissed ? [group] : [];
  });
  const last = groups.at(-1);
  if (!last) return { not: 'no_such_group' };
  if (groups.some((group) => group.members.has(person.externalUserId))) return { not: 'already_in' };
  const group = groups.find((one) => corp.groups.hasRoom(one)) ?? openNext(corp, way, last);
  if (!group) return { not: 'full' };
  const state = way.settings.state === '' ? {} : { state: way.settings.state };
  enter(corp, group, [{ id: person.externalUserId, type: 2, joinedAt: corp.now(), scene: 3, ...state }], group.owner);
  return { joined: group };
}

/** A person scans the group's own code, which a member passed on. False when the group is full. */
export function scanGroupCode(corp: Corp, person: Person, group: CustomerGroup): boolean {
  if (group.members.has(person.externalUserId)) return true;
  if (group.dismissed || !corp.groups.hasRoom(group)) return false;
  enter(corp, group, [{ id: person.externalUserId, type: 2, joinedAt: corp.now(), scene: 3 }], group.owner);
  return true;
}

/** A staff member invites a person. False when the group is full. */
export function invite(corp: Corp, group: CustomerGroup, person: Person, by: string): boolean {
  return group.members.has(person.externalUserId) || inviteTogether(corp, group, [person], by).length === 1;
}

/** Invites several people in one change (one event), as many as there is room for. Returns those who joined. */
export function inviteTogether(
  corp: Corp,
  group: CustomerGroup,
  people: readonly Person[],
  by: string,
): readonly Person[] {
  const room = group.dismissed ? 0 : group.capacity - group.members.size;
  const joining = people.filter(({ externalUserId }) => !group.members.has(externalUserId)).slice(0, Math.max(0, room));
  const members = joining.map(({ externalUserId }): GroupMember => ({
    id: externalUserId,
    type: 2,
    joinedAt: corp.now(),
    scene: 1,
    invitor: by,
  }));
  if (members.length > 0) enter(corp, group, members, by);
  return joining;
}

/** Adds a staff member to the group unless they are in it. */
export function addStaffToGroup(corp: Corp, group: CustomerGroup, userid: string, by: string): void {
  if (group.members.has(userid)) return;
  enter(corp, group, [{ id: userid, type: 1, joinedAt: corp.now(), scene: 1, invitor: by }], by);
}

export function leaveGroup(corp: Corp, group: CustomerGroup, memberId: string): void {
  depart(corp, group, memberId, memberId);
}

/** The owner or an administrator removes a member. */
export function removeFromGroup(corp: Corp, group: CustomerGroup, memberId: string, by: string): void {
  depart(corp, group, memberId, by);
}

export function createGroup(corp: Corp, name: string, owner: string, capacity: number): CustomerGroup {
  const group = corp.groups.create(name, owner, capacity, corp.now());
  if (corp.bot)
    corp.groups.add(group, { id: corp.bot.userid, type: 1, joinedAt: corp.now(), scene: 1, invitor: owner });
  return group;
}

function openNext(corp: Corp, way: JoinWay, last: CustomerGroup): CustomerGroup | undefined {
  if (!way.settings.autoCreateRoom) return undefined;
  const base = way.settings.roomBaseName === '' ? last.name : way.settings.roomBaseName;
  let number = way.settings.roomBaseId;
  while (corp.groups.named(`${base}${number}`)) number += 1;
  const group = createGroup(corp, `${base}${number}`, last.owner, last.capacity);
  way.settings.roomBaseId = number + 1;
  way.settings.chatIds.push(group.chatId);
  emitEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'create' });
  return group;
}

function enter(corp: Corp, group: CustomerGroup, members: readonly GroupMember[], by: string): void {
  const change = corp.groups.addAll(group, members, corp.now());
  const ids = members.map((member) => member.id);
  const byCode = members.every((member) => member.scene === 3);
  emitMemberChange(corp, group, { change, ids }, { UpdateDetail: 'add_member', JoinScene: byCode ? 3 : 0 });
  corp.outlets.emitChat({
    kind: 'room-join',
    at: corp.now(),
    roomId: group.roomId,
    inviteeIds: members.map((member) => corp.chatIdOf(member.id)),
    inviterId: corp.chatIdOf(by),
  });
}

function depart(corp: Corp, group: CustomerGroup, memberId: string, by: string): void {
  if (!group.members.has(memberId)) return;
  const change = corp.groups.remove(group, memberId, corp.now());
  emitMemberChange(
    corp,
    group,
    { change, ids: [memberId] },
    { UpdateDetail: 'del_member', QuitScene: by === memberId ? 0 : 1 },
  );
  corp.outlets.emitChat({
    kind: 'room-leave',
    at: corp.now(),
    roomId: group.roomId,
    removeeIds: [corp.chatIdOf(memberId)],
    removerId: corp.chatIdOf(by),
  });
}

function emitMemberChange(
  corp: Corp,
  group: CustomerGroup,
  { change, ids }: { readonly change: MemberChange; readonly ids: readonly string[] },
  fields: Readonly<Record<string, string | number>>,
): void {
  emitEvent(corp, 'change_external_chat', {
    ChatId: group.chatId,
    ChangeType: 'update',
    ...fields,
    MemChangeCnt: ids.length,
    MemChangeList: ids,
    LastMemVer: change.last,
    CurMemVer: change.current,
  });
}
