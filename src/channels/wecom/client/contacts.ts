import { z } from 'zod';
import { RetryLater } from '../../../platform/errors.js';
import {
  cursor,
  rawTime,
  ids,
  listOf,
  optionalObject,
  optionalNumber,
  optionalText,
  requiredListOf,
  requiredText,
  noFields,
  readAllPages,
  textOrEmpty,
} from './lenient.js';
import type { WecomApi } from './wecom-api.js';
import type { Outcome } from '../../wecom-app.js';

const profile = z.object({
  external_userid: requiredText,
  name: textOrEmpty,
  gender: optionalNumber,
  unionid: optionalText,
});

const follow = z.object({
  userid: requiredText,
  remark: optionalText,
  createtime: rawTime,
  state: optionalText,
  add_way: optionalNumber,
});

/** S, M. Personal tags of staff (type 2) have no id. */
export const contactAnswer = z.object({
  external_contact: optionalObject(profile, 'external_contact'),
  follow_user: requiredListOf(follow.extend({ tags: listOf(z.object({ tag_id: optionalText })) })),
  next_cursor: cursor,
});

/** M: `follow_info` is one object with tag ids only; a contact of two staff is listed twice. */
export const contactPageAnswer = z.object({
  external_contact_list: requiredListOf(
    z.object({ external_contact: profile, follow_info: follow.extend({ tag_id: listOf(requiredText) }) }),
  ),
  next_cursor: cursor,
  /** M: staff without an interop licence, whose customers are omitted without an error. */
  fail_info: z
    .object({ unlicensed_userid_list: ids })
    .nullish()
    .catch(undefined)
    .transform((info) => info?.unlicensed_userid_list ?? []),
});

export const followUsersAnswer = z.object({ follow_user: requiredListOf(requiredText) });

export type Profile = z.output<typeof profile>;
export type ContactPage = z.output<typeof contactPageAnswer>['external_contact_list'];

export const getFollowUserList = async (api: WecomApi): Promise<readonly string[]> =>
  (await api.call({ endpoint: 'externalcontact/get_follow_user_list', answer: followUsersAnswer })).follow_user;

export const getContactPage = (
  api: WecomApi,
  externalUserId: string,
  from: string,
  expected: readonly number[],
): Promise<Outcome<z.output<typeof contactAnswer>>> =>
  api.tryCall(
    {
      endpoint: 'externalcontact/get',
      query: { external_userid: externalUserId, ...(from === '' ? {} : { cursor: from }) },
      answer: contactAnswer,
    },
    expected,
  );

export interface ContactsOfStaff {
  readonly contacts: ContactPage;
  /** Staff whose contacts could not be read. */
  readonly unlicensed: readonly string[];
}

/** All contacts of up to 100 staff. 84061 means that none of them has any (T), 701008 that none of them may be read (G). */
export async function batchGetByUser(
  api: WecomApi,
  staff: readonly string[],
  onPage: (contacts: number) => void = () => undefined,
): Promise<ContactsOfStaff> {
  const unlicensed = new Set<string>();
  let read = 0;
  const contacts = await readAllPages(api, 'externalcontact/batch/get_by_user', async (from) => {
    const outcome = await api.tryCall(
      {
        endpoint: 'externalcontact/batch/get_by_user',
        body: { userid_list: staff, cursor: from, limit: 100 },
        answer: contactPageAnswer,
      },
      [84061, 701008],
    );
    if (!outcome.ok) {
      if (from !== '') throw new RetryLater('bad_cursor', 2_000, { message: 'the paged list of contacts broke off' });
      if (outcome.errcode === 701008) for (const userid of staff) unlicensed.add(userid);
      return { items: [], next: undefined };
    }
    for (const userid of outcome.data.fail_info) unlicensed.add(userid);
    read += outcome.data.external_contact_list.length;
    onPage(read);
    return { items: outcome.data.external_contact_list, next: outcome.data.next_cursor };
  });
  return { contacts, unlicensed: [...unlicensed] };
}

/**
 * Whether a member of staff has left the corp (40003). Staff without the right to customers or outside the scope of the
 * app get other errcodes (84061, 60111; contract §1.2, §4.2).
 */
export async function hasResigned(api: WecomApi, userid: string): Promise<boolean> {
  const outcome = await api.tryCall(
    { endpoint: 'externalcontact/list', query: { userid }, answer: noFields },
    [40003, 50002, 60011, 60111, 84061, 84074],
  );
  return !outcome.ok && outcome.errcode === 40003;
}

export interface Remark {
  readonly staff: string;
  readonly externalUserId: string;
  readonly remark: string;
}

export const setRemark = async (api: WecomApi, { staff, externalUserId, remark }: Remark): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/remark',
    pair: `${staff} ${externalUserId}`,
    body: { userid: staff, external_userid: externalUserId, remark },
    answer: noFields,
  });
};
