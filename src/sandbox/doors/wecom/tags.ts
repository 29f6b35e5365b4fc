import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { NewTag, Tag, TagGroup } from '../../corp/tag-library.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { pairOf } from './people-of.js';

export const tagEndpoints: readonly Endpoint[] = [
  post('externalcontact/get_corp_tag_list', { tag_group: [] }, ({ corp, params }) => {
    const groupIds = params.texts('group_id');
    const tagIds = params.texts('tag_id');
    if (groupIds.length > 0) {
      return { tag_group: groupIds.map((id) => groupView(existing(corp.tags.group(id)), () => true, true)) };
    }
    if (tagIds.length > 0) {
      const tags = new Set(tagIds.map((id) => existing(corp.tags.tag(id))));
      const groups = [...new Set([...tags].map((tag) => tag.group))];
      return { tag_group: groups.map((group) => groupView(group, (tag) => tags.has(tag), true)) };
    }
    return { tag_group: corp.tags.groups().map((group) => groupView(group, (tag) => !tag.deleted, false)) };
  }),

  post('externalcontact/add_corp_tag', { tag_group: {} }, (call) => {
    const { corp, params, now } = call;
    const wanted = newTags(call);
    const known = params.has('group_id')
      ? existing(liveGroup(corp, params.text('group_id')))
      : corp.tags.groupNamed(params.text('group_name'));
    if (!known) {
      if (params.text('group_name') === '') throw new Refused(40063, 'some parameters are empty');
      requireName(params.text('group_name'), GROUP_NAME);
    }
    if (known && wanted.some((tag) => corp.tags.tagNamed(known, tag.name)))
      throw new Refused(40071, 'UserTag Name Already Exist');
    // No code is published for a full library; this one is a guess.
    if (corp.tags.size + wanted.length > corp.quotas.tags) throw new Refused(40058, 'too many tags');
    const group = known ?? corp.tags.addGroup(params.text('group_name'), params.number('order') ?? 0, now, true);
    const added = new Set(wanted.map((tag) => corp.tags.addTag(group, tag, now, true)));
    return { tag_group: groupView(group, (tag) => added.has(tag), false) };
  }),

  post('externalcontact/edit_corp_tag', {}, ({ corp, params }) => {
    const id = params.text('id');
    if (id === '') throw new Refused(41017, 'tagid missing');
    const item = existing(corp.tags.tag(id) ?? corp.tags.group(id));
    if (item.deleted) throw new Refused(40068, 'invalid tagid');
    requireOwn(item);
    if (!params.has('name') && !params.has('order')) throw new Refused(40063, 'some parameters are empty');
    const name = params.has('name') ? params.text('name') : item.name;
    requireName(name, 'group' in item ? TAG_NAME : GROUP_NAME);
    const clash = 'group' in item ? corp.tags.tagNamed(item.group, name) : corp.tags.groupNamed(name);
    if (clash && clash !== item) throw new Refused(40071, 'UserTag Name Already Exist');
    item.name = name;
    item.order = params.number('order') ?? item.order;
    return {};
  }),

  post('externalcontact/del_corp_tag', {}, ({ corp, params }) => {
    const tagIds = params.texts('tag_id');
    const groupIds = params.texts('group_id');
    if (tagIds.length + groupIds.length === 0) throw new Refused(41017, 'tagid missing');
    const tags = tagIds.map((id) => existing(liveTag(corp, id)));
    const groups = groupIds.map((id) => existing(liveGroup(corp, id)));
    for (const item of [...tags, ...groups]) requireOwn(item);
    const gone = new Set([...tags, ...groups.flatMap((group) => group.tags)].map((tag) => tag.id));
    for (const tag of tags) corp.tags.remove(tag);
    for (const group of groups) corp.tags.removeGroup(group);
    for (const relation of corp.relations.all()) for (const id of gone) relation.tags.delete(id);
    return {};
  }),

  post(
    'externalcontact/mark_tag',
    {},
    ({ corp, params }) => {
      const add = params.texts('add_tag');
      const remove = params.texts('remove_tag');
      if (add.length + remove.length === 0) throw new Refused(41017, 'tagid missing');
      const relation = pairOf(corp, params.text('userid'), params.text('external_userid'));
      for (const id of [...add, ...remove]) existing(liveTag(corp, id));
      if (new Set([...relation.tags, ...add]).size > corp.quotas.tagsOnCustomer)
        throw new Refused(40058, 'too many tags on one customer');
      for (const id of remove) relation.tags.delete(id);
      for (const id of add) relation.tags.add(id);
      return {};
    },
    (params) => `mark ${params.text('userid')} ${params.text('external_userid')}`,
  ),
];

/** In characters (contract §4.6). */
const TAG_NAME = 30;
const GROUP_NAME = 15;

function requireName(name: string, most: number): void {
  if (name === '') throw new Refused(41018, 'tagname missing');
  if ([...name].length > most) throw new Refused(40072, 'invalid tag name size');
}

function newTags({ params }: Call): NewTag[] {
  const tags = params
    .objects('tag')
    .map((tag): NewTag => ({ name: tag.text('name'), order: tag.number('order') ?? 0 }));
  if (tags.length === 0) throw new Refused(40063, 'some parameters are empty');
  for (const tag of tags) requireName(tag.name, TAG_NAME);
  return [...new Map(tags.map((tag) => [tag.name, tag])).values()];
}

function existing<T>(found: T | undefined): T {
  if (found === undefined) throw new Refused(40068, 'invalid tagid');
  return found;
}

const liveTag = (corp: Corp, id: string): Tag | undefined =>
  corp.tags.tag(id)?.deleted ? undefined : corp.tags.tag(id);
const liveGroup = (corp: Corp, id: string): TagGroup | undefined =>
  corp.tags.group(id)?.deleted ? undefined : corp.tags.group(id);

/** An app may change only what it made itself. */
function requireOwn(item: { readonly byApp: boolean }): void {
  if (!item.byApp) throw new Refused(60011, 'no privilege to access/modify tag');
}

function groupView(group: TagGroup, shown: (tag: Tag) => boolean, withDeleted: boolean): Record<string, unknown> {
  const mark = (item: { readonly deleted: boolean }): Record<string, unknown> =>
    withDeleted && item.deleted ? { deleted: true } : {};
  return {
    group_id: group.id,
    group_name: group.name,
    create_time: seconds(group.createdAt),
    order: group.order,
    ...mark(group),
    tag: group.tags.filter(shown).map((tag) => ({
      id: tag.id,
      name: tag.name,
      create_time: seconds(tag.createdAt),
      order: tag.order,
      ...mark(tag),
    })),
  };
}
