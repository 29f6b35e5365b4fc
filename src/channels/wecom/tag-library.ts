import type { ActionOf } from '../../domain/action.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Done } from '../channel.js';
import { addCorpTag, getCorpTagList, type TagGroup } from './client/tags.js';
import type { WecomApi } from './client/wecom-api.js';

const NAME_CHARACTERS = 30;

/** The whole library: `result.groups: [{id, name, tags: [{id, name}]}]`. */
export async function readTags(api: WecomApi): Promise<Done> {
  const groups = (await getCorpTagList(api)).filter((group) => group.deleted !== true);
  return {
    result: { groups: groups.map((group) => ({ id: group.group_id, name: group.group_name, tags: tagsOf(group) })) },
  };
}

/** Makes sure a group has these tags: `result.tags: [{name, id}]`, in the order asked. What exists is reused. */
export async function ensureTags(api: WecomApi, action: ActionOf<'ensure_tags'>): Promise<Done> {
  const names = [...new Set(action.names)];
  const tooLong = names.find((name) => [...name].length > NAME_CHARACTERS || name === '');
  if (tooLong !== undefined)
    throw new GiveUp('bad_tag_name', { message: `a tag's name has 1 to ${NAME_CHARACTERS} characters: ${tooLong}` });
  const known = await idsByName(api, action.group);
  const missing = names.filter((name) => !known.ids.has(name));
  if (missing.length > 0) {
    const outcome = await addCorpTag(
      api,
      { ...(known.groupId === undefined ? {} : { id: known.groupId }), name: action.group },
      missing,
    );
    if (outcome.ok) for (const tag of outcome.data.tag_group.tag) known.ids.set(tag.name, tag.id);
  }
  // Somebody made one meanwhile (40071), or the answer lists less than was asked: the library is what counts.
  const ids = names.every((name) => known.ids.has(name)) ? known.ids : (await idsByName(api, action.group)).ids;
  const tags = names.map((name) => ({ name, id: ids.get(name) }));
  if (tags.some((tag) => tag.id === undefined)) throw new RetryLater('tags_still_missing', 2_000);
  return { result: { tags } };
}

async function idsByName(
  api: WecomApi,
  groupName: string,
): Promise<{ groupId: string | undefined; ids: Map<string, string> }> {
  const group = (await getCorpTagList(api)).find(
    (candidate) => candidate.group_name === groupName && candidate.deleted !== true,
  );
  return { groupId: group?.group_id, ids: new Map(group ? tagsOf(group).map((tag) => [tag.name, tag.id]) : []) };
}

const tagsOf = (group: TagGroup) =>
  group.tag.filter((tag) => tag.deleted !== true).map(({ id, name }) => ({ id, name }));
