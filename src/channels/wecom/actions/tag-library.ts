import type { ActionOf } from '../../../domain/action.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import { addCorpTag, getCorpTagList, type TagGroup } from '../client/tags.js';
import { collectSkipped } from '../client/skipped-parts.js';
import type { WecomApi } from '../client/wecom-api.js';

/** Contract §4.6. */
const NAME_CHARACTERS = 30;
const GROUP_NAME_CHARACTERS = 15;
const MOST_TAGS = 10_000;
/** WeCom publishes no limit per call; a SaaS vendor sends at most 50 (contract §4.7). */
const TAGS_PER_CALL = 50;

export interface LiveGroup {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly { readonly id: string; readonly name: string; readonly order: number }[];
}

/** The whole library. `isPartial`: some tags could not be read. */
export async function readLibrary(
  api: WecomApi,
): Promise<{ readonly groups: readonly LiveGroup[]; readonly isPartial: boolean }> {
  const { value, skipped } = await collectSkipped(() => liveGroups(api));
  return { groups: value, isPartial: skipped.length > 0 };
}

/** `result.groups: [{id, name, tags: [{id, name, order}]}]`, `result.partial` when some tags could not be read. */
export async function readTags(api: WecomApi): Promise<ActionResult> {
  const { groups, isPartial } = await readLibrary(api);
  return { result: { groups, ...(isPartial ? { partial: true } : {}) } };
}

/**
 * Ensures that a group has these tags. `result: {groupId, tags: [{name, id}]}`, in the given order. Existing tags are reused,
 * whoever created them, and never changed. The group is created with its first tag.
 */
export async function ensureTags(api: WecomApi, action: ActionOf<'ensure_tags'>): Promise<ActionResult> {
  const names = [...new Set(action.names)];
  checkNames(action.group, names);
  const groups = await liveGroups(api);
  const known = groupOf(groups, action);
  const ids = idsIn(known);
  const missing = names.filter((name) => !ids.has(name));
  const count = groups.reduce((sum, group) => sum + group.tags.length, 0);
  if (count + missing.length > MOST_TAGS)
    throw new GiveUp('tag_library_full', {
      message: `the corp has ${count} tags of at most ${MOST_TAGS}: no room for ${missing.length} more in ${action.group}`,
    });
  let groupId = known?.id;
  for (let from = 0; from < missing.length; from += TAGS_PER_CALL) {
    const outcome = await addCorpTag(
      api,
      { ...(groupId === undefined ? {} : { id: groupId }), name: action.group },
      missing
        .slice(from, from + TAGS_PER_CALL)
        .map((name) => ({ name, order: action.orders?.[action.names.indexOf(name)] })),
    );
    // Somebody created one meanwhile (40071): read the library again.
    if (!outcome.ok) break;
    const made = outcome.data.tag_group;
    // Created, but missing in the answer: their ids are read from the library, by the name of the group.
    if (!made) continue;
    groupId = made.group_id;
    for (const tag of made.tag) ids.set(tag.name, tag.id);
  }
  // The answer may also omit tags.
  if (!names.every((name) => ids.has(name))) {
    const group = groupOf(await liveGroups(api), action);
    groupId = group?.id;
    for (const [name, id] of idsIn(group)) ids.set(name, id);
  }
  const tags = names.map((name) => ({ name, id: ids.get(name) }));
  if (tags.some((tag) => tag.id === undefined)) throw new RetryLater('tags_still_missing', 2_000);
  return { result: { groupId, tags } };
}

function checkNames(group: string, names: readonly string[]): void {
  const bad = names.find((name) => [...name].length > NAME_CHARACTERS || name.trim() === '');
  if (bad !== undefined)
    throw new GiveUp('bad_tag_name', { message: `a tag's name has 1 to ${NAME_CHARACTERS} characters: ${bad}` });
  if ([...group].length > GROUP_NAME_CHARACTERS || group.trim() === '')
    throw new GiveUp('bad_tag_name', {
      message: `a tag group's name has 1 to ${GROUP_NAME_CHARACTERS} characters: ${group}`,
    });
}

/** By id, because staff may have renamed the group; otherwise by name, to reuse an existing group. */
const groupOf = (groups: readonly LiveGroup[], { group, groupId }: ActionOf<'ensure_tags'>): LiveGroup | undefined =>
  groups.find((candidate) => candidate.id === groupId) ?? groups.find((candidate) => candidate.name === group);

const idsIn = (group: LiveGroup | undefined): Map<string, string> =>
  new Map(group?.tags.map((tag) => [tag.name, tag.id]));

async function liveGroups(api: WecomApi): Promise<LiveGroup[]> {
  return (await getCorpTagList(api))
    .filter((group) => group.deleted !== true)
    .map((group) => ({ id: group.group_id, name: group.group_name, tags: tagsOf(group) }));
}

const tagsOf = (group: TagGroup): LiveGroup['tags'] =>
  group.tag.filter((tag) => tag.deleted !== true).map(({ id, name, order }) => ({ id, name, order: order ?? 0 }));
