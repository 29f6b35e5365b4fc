import { z } from 'zod';
import {
  listOf,
  optionalObject,
  optionalBoolean,
  optionalNumber,
  requiredListOf,
  requiredText,
  noFields,
} from './lenient.js';
import type { WecomApi } from './wecom-api.js';
import type { Outcome } from '../../wecom-app.js';

const tag = z.object({ id: requiredText, name: requiredText, order: optionalNumber, deleted: optionalBoolean });
const tagGroup = z.object({
  group_id: requiredText,
  group_name: requiredText,
  deleted: optionalBoolean,
  tag: listOf(tag),
});

export const tagLibraryAnswer = z.object({ tag_group: requiredListOf(tagGroup) });
/** When the answer omits created tags, their ids are read from the tag library. */
export const addTagAnswer = z.object({ tag_group: optionalObject(tagGroup, 'tag_group') });
export type TagGroup = z.output<typeof tagGroup>;

/** The whole library. Without ids in the request WeCom returns no deleted tags (S, M). */
export const getCorpTagList = async (api: WecomApi): Promise<readonly TagGroup[]> =>
  (await api.call({ endpoint: 'externalcontact/get_corp_tag_list', body: {}, answer: tagLibraryAnswer })).tag_group;

/** 40071 is returned: somebody created the tag meanwhile. Our own additions run one at a time. */
export const addCorpTag = (
  api: WecomApi,
  group: { readonly id?: string; readonly name: string },
  tags: readonly { readonly name: string; readonly order?: number | undefined }[],
): Promise<Outcome<z.output<typeof addTagAnswer>>> =>
  api.tryCall(
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

/** Always sends arrays: with a string the call succeeds only in part (O-90455). */
export const markTag = async (api: WecomApi, { staff, externalUserId, add, remove }: MarkTag): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/mark_tag',
    pair: `${staff} ${externalUserId}`,
    body: { userid: staff, external_userid: externalUserId, add_tag: add, remove_tag: remove },
    answer: noFields,
  });
};
