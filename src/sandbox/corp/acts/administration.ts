import type { Corp } from '../corp.js';
import type { CustomerGroup } from '../customer-group.js';
import type { Tag, TagGroup } from '../tag-library.js';
import { tellEvent } from './events.js';
import { bringIn, createGroup } from './groups.js';

/** An administrator makes a tag in the client. */
export function createTagByHand(corp: Corp, group: TagGroup, name: string): Tag {
  const tag = corp.tags.addTag(group, { name, order: 0 }, corp.now(), false);
  tellTag(corp, 'create', tag.id);
  return tag;
}

export function renameTagByHand(corp: Corp, tag: Tag, name: string): void {
  tag.name = name;
  tellTag(corp, 'update', tag.id);
}

/** Also a tag an app made: administrators may. */
export function deleteTagByHand(corp: Corp, tag: Tag): void {
  corp.tags.remove(tag);
  for (const relation of corp.relations.all()) relation.tags.delete(tag.id);
  tellTag(corp, 'delete', tag.id);
}

/** A group with its tags makes an event for each, all in one second (contract §3.3). */
export function createTagGroupByHand(corp: Corp, name: string, tags: readonly string[]): TagGroup {
  const group = corp.tags.addGroup(name, 0, corp.now(), false);
  tellTagGroup(corp, 'create', group.id);
  for (const tag of tags) createTagByHand(corp, group, tag);
  return group;
}

export function renameTagGroupByHand(corp: Corp, group: TagGroup, name: string): void {
  group.name = name;
  tellTagGroup(corp, 'update', group.id);
}

/** One event: those of its tags are not told (contract §3.3). */
export function deleteTagGroupByHand(corp: Corp, group: TagGroup): void {
  corp.tags.removeGroup(group);
  for (const relation of corp.relations.all()) for (const tag of group.tags) relation.tags.delete(tag.id);
  tellTagGroup(corp, 'delete', group.id);
}

/** Turns the order of a group's tags round, or (no group) of all groups, which is told with an empty Id. */
export function shuffleTags(corp: Corp, group: TagGroup | undefined): void {
  const items: readonly { order: number }[] = group?.tags ?? corp.tags.groups();
  [...items].reverse().forEach((item, i) => (item.order = items.length - i));
  tellEvent(corp, 'change_external_tag', { Id: group?.id ?? '', ChangeType: 'shuffle' });
}

/** A staff member opens a customer group in the client. */
export function openGroup(
  corp: Corp,
  wanted: { readonly name: string; readonly owner: string; readonly capacity: number },
): CustomerGroup {
  const group = createGroup(corp, wanted.name, wanted.owner, wanted.capacity);
  tellEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'create' });
  return group;
}

export function renameGroup(corp: Corp, group: CustomerGroup, name: string): void {
  corp.groups.change(group, corp.now(), () => (group.name = name));
  tellGroup(corp, group, 'change_name');
}

export function changeNotice(corp: Corp, group: CustomerGroup, notice: string): void {
  corp.groups.change(group, corp.now(), () => (group.notice = notice));
  tellGroup(corp, group, 'change_notice');
}

/** The owner hands the group on, or an administrator gives away the group of somebody who left. */
export function changeOwner(corp: Corp, group: CustomerGroup, userid: string): void {
  bringIn(corp, group, userid, group.owner);
  const wasLeft = corp.staff.get(group.owner)?.hasLeft ?? false;
  corp.groups.change(group, corp.now(), () => (group.owner = userid));
  group.status = wasLeft ? 3 : 0;
  tellGroup(corp, group, 'change_owner');
}

export function dismissGroup(corp: Corp, group: CustomerGroup): void {
  group.dismissed = true;
  group.dismissedAt = corp.now();
  tellEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'dismiss' });
}

function tellGroup(corp: Corp, group: CustomerGroup, detail: string): void {
  tellEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'update', UpdateDetail: detail });
}

function tellTag(corp: Corp, changeType: string, id: string): void {
  tellEvent(corp, 'change_external_tag', { Id: id, TagType: 'tag', ChangeType: changeType });
}

function tellTagGroup(corp: Corp, changeType: string, id: string): void {
  tellEvent(corp, 'change_external_tag', { Id: id, TagType: 'tag_group', ChangeType: changeType });
}
