import type { Corp } from '../corp.js';
import type { CustomerGroup } from '../customer-group.js';
import type { Tag, TagGroup } from '../tag-library.js';
import { emitEvent } from './events.js';
import { addStaffToGroup, createGroup } from './groups.js';

/** An administrator creates a tag in the client. */
export function createTagByHand(corp: Corp, group: TagGroup, name: string): Tag {
  const tag = corp.tags.addTag(group, { name, order: 0 }, corp.now(), false);
  emitTagEvent(corp, 'create', tag.id);
  return tag;
}

export function renameTagByHand(corp: Corp, tag: Tag, name: string): void {
  tag.name = name;
  emitTagEvent(corp, 'update', tag.id);
}

/** Administrators may also delete tags that an app created. */
export function deleteTagByHand(corp: Corp, tag: Tag): void {
  corp.tags.remove(tag);
  for (const relation of corp.relations.all()) relation.tags.delete(tag.id);
  emitTagEvent(corp, 'delete', tag.id);
}

/** Sends one event for the group and one for each tag, all in the same second (contract §3.3). */
export function createTagGroupByHand(corp: Corp, name: string, tags: readonly string[]): TagGroup {
  const group = corp.tags.addGroup(name, 0, corp.now(), false);
  emitTagGroupEvent(corp, 'create', group.id);
  for (const tag of tags) createTagByHand(corp, group, tag);
  return group;
}

export function renameTagGroupByHand(corp: Corp, group: TagGroup, name: string): void {
  group.name = name;
  emitTagGroupEvent(corp, 'update', group.id);
}

/** Sends one event, for the group; its tags get none (contract §3.3). */
export function deleteTagGroupByHand(corp: Corp, group: TagGroup): void {
  corp.tags.removeGroup(group);
  for (const relation of corp.relations.all()) for (const tag of group.tags) relation.tags.delete(tag.id);
  emitTagGroupEvent(corp, 'delete', group.id);
}

/** Reverses the order of the tags in a group. Without a group, reverses the groups; that event has an empty Id. */
export function shuffleTags(corp: Corp, group: TagGroup | undefined): void {
  const items: readonly { order: number }[] = group?.tags ?? corp.tags.groups();
  [...items].reverse().forEach((item, i) => (item.order = items.length - i));
  emitEvent(corp, 'change_external_tag', { Id: group?.id ?? '', ChangeType: 'shuffle' });
}

/** A staff member opens a customer group in the client. */
export function openGroup(
  corp: Corp,
  wanted: { readonly name: string; readonly owner: string; readonly capacity: number },
): CustomerGroup {
  const group = createGroup(corp, wanted.name, wanted.owner, wanted.capacity);
  emitEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'create' });
  return group;
}

export function renameGroup(corp: Corp, group: CustomerGroup, name: string): void {
  corp.groups.change(group, corp.now(), () => (group.name = name));
  emitGroupUpdate(corp, group, 'change_name');
}

export function changeNotice(corp: Corp, group: CustomerGroup, notice: string): void {
  corp.groups.change(group, corp.now(), () => (group.notice = notice));
  emitGroupUpdate(corp, group, 'change_notice');
}

/** The owner passes the group on, or an administrator reassigns the group of an owner who left. */
export function changeOwner(corp: Corp, group: CustomerGroup, userid: string): void {
  addStaffToGroup(corp, group, userid, group.owner);
  const wasLeft = corp.staff.get(group.owner)?.hasLeft ?? false;
  corp.groups.change(group, corp.now(), () => (group.owner = userid));
  group.status = wasLeft ? 3 : 0;
  emitGroupUpdate(corp, group, 'change_owner');
}

export function dismissGroup(corp: Corp, group: CustomerGroup): void {
  group.dismissed = true;
  group.dismissedAt = corp.now();
  emitEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'dismiss' });
}

function emitGroupUpdate(corp: Corp, group: CustomerGroup, detail: string): void {
  emitEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'update', UpdateDetail: detail });
}

function emitTagEvent(corp: Corp, changeType: string, id: string): void {
  emitEvent(corp, 'change_external_tag', { Id: id, TagType: 'tag', ChangeType: changeType });
}

function emitTagGroupEvent(corp: Corp, changeType: string, id: string): void {
  emitEvent(corp, 'change_external_tag', { Id: id, TagType: 'tag_group', ChangeType: changeType });
}
