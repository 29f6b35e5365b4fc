import type { Corp } from '../corp.js';
import type { CustomerGroup } from '../customer-groups.js';
import type { Tag, TagGroup } from '../tag-library.js';
import { tellEvent } from './events.js';

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

export function renameGroup(corp: Corp, group: CustomerGroup, name: string): void {
  group.name = name;
  tellEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'update', UpdateDetail: 'change_name' });
}

export function dismissGroup(corp: Corp, group: CustomerGroup): void {
  group.dismissed = true;
  tellEvent(corp, 'change_external_chat', { ChatId: group.chatId, ChangeType: 'dismiss' });
}

function tellTag(corp: Corp, changeType: string, id: string): void {
  tellEvent(corp, 'change_external_tag', { Id: id, TagType: 'tag', ChangeType: changeType });
}
