import { z } from 'zod';
import { listOf, maybe, maybeBoolean, maybeNumber, neededListOf, neededText, nothing } from './lenient.js';
import type { Outcome, WecomApi } from './wecom-api.js';

const tag = z.object({ id: neededText, name: neededText, order: maybeNumber, deleted: maybeBoolean });
const tagGroup = z.object({
  group_id: neededText,
  group_name: neededText,
  deleted: maybeBoolean,
  tag: listOf(tag),
});

export const tagLibraryAnswer = z.object({ tag_group: neededListOf(tagGroup) });
/** What the answer leaves out about the created tags is read from the tag library. */
export const addTagAnswer = z.object({ tag_group: maybe(tagGroup, 'tag_group') });
export type TagGroup = z.output<typeof tagGroup>;

/** The whole library (no ids asked for, so nothing deleted comes back; S, M). */
export const getCorpTagList = async (api: WecomApi): Promise<readonly TagGroup[]> =>
  (await api.ask({ endpoint: 'externalcontact/get_corp_tag_list', body: {}, answer: tagLibraryAnswer })).tag_group;

/** 40071 comes back as an outcome: somebody made the tag meanwhile. Additions go one by one, so that ours do not race. */
export const addCorpTag = (
  api: WecomApi,
  group: { readonly id?: string; readonly name: string },
  tags: readonly { readonly name: string; readonly order?: number | undefined }[],
): Promise<Outcome<z.output<typeof addTagAnswer>>> =>
  api.tryAsk(
    {
      endpoint: 'externalcontact/add_corp_tag',
      pair: 'add_corp_tag',
      body: {
        ...(group.id === undefined ? { group_name: group.name } : { group_id: group.id }),
        tag: tags.map(({ name, order }) => (order === undefined ? { name } : { name, order })),
      },
      answer: addTagAnswer,
    },
    [40071],
  );

export interface MarkTag {
  readonly staff: string;
  readonly externalUserId: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Arrays always: a string where an array is due makes the call succeed in part (O-90455). */
export const markTag = async (api: WecomApi, { staff, externalUserId, add, remove }: MarkTag): Promise<void> => {
  await api.ask({
    endpoint: 'externalcontact/mark_tag',
    pair: `${staff} ${externalUserId}`,
    body: { userid: staff, external_userid: externalUserId, add_tag: add, remove_tag: remove },
    answer: nothing,
  });
};
