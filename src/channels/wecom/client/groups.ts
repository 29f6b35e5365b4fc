import { z } from 'zod';
import { cursor, listOf, maybeNumber, maybeText, readAllPages, someText } from './lenient.js';
import type { Outcome, WecomApi } from './wecom-api.js';

const groupMember = z.object({
  userid: z.string(),
  /** 1 staff of this corp, 2 anybody from outside, friend or not. */
  type: z.coerce.number(),
  unionid: maybeText,
  join_time: maybeNumber,
  join_scene: maybeNumber,
  state: maybeText,
  name: maybeText,
});

export const groupAnswer = z.object({
  group_chat: z.object({
    chat_id: z.string(),
    name: someText,
    owner: someText,
    member_list: listOf(groupMember),
    member_version: maybeText,
  }),
});
export const groupPageAnswer = z.object({
  group_chat_list: listOf(z.object({ chat_id: z.string() })),
  next_cursor: cursor,
});
export const addJoinWayAnswer = z.object({ config_id: z.string() });
export const joinWayAnswer = z.object({
  join_way: z.object({ config_id: z.string(), qr_code: maybeText, state: maybeText }),
});

export type GroupChat = z.output<typeof groupAnswer>['group_chat'];

/** Ids of all groups whose owner is in scope. Beyond 1 000 people WeCom asks for the owners (81017); at most 100 at once. */
export async function listGroups(api: WecomApi, owners: readonly string[]): Promise<readonly string[]> {
  const all = await listGroupsOf(api, undefined);
  if (all) return all;
  const ids: string[] = [];
  for (let from = 0; from < owners.length; from += 100)
    ids.push(...((await listGroupsOf(api, owners.slice(from, from + 100))) ?? []));
  return ids;
}

async function listGroupsOf(
  api: WecomApi,
  owners: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  let ownersNeeded = false;
  const ids = await readAllPages(async (from) => {
    const body = {
      status_filter: 0,
      limit: 1_000,
      cursor: from,
      ...(owners === undefined ? {} : { owner_filter: { userid_list: owners } }),
    };
    const outcome = await api.tryAsk(
      { endpoint: 'externalcontact/groupchat/list', body, answer: groupPageAnswer },
      owners === undefined ? [81017] : [],
    );
    if (!outcome.ok) {
      ownersNeeded = true;
      return { items: [], next: undefined };
    }
    return { items: outcome.data.group_chat_list.map((group) => group.chat_id), next: outcome.data.next_cursor };
  });
  return ownersNeeded ? undefined : ids;
}

/** 40050 and 49008 come back as an outcome: the group is gone. */
export const getGroup = (api: WecomApi, chatId: string): Promise<Outcome<z.output<typeof groupAnswer>>> =>
  api.tryAsk(
    { endpoint: 'externalcontact/groupchat/get', body: { chat_id: chatId, need_name: 1 }, answer: groupAnswer },
    [40050, 49008],
  );

export interface NewJoinWay {
  readonly chatId: string;
  readonly state: string;
  readonly remark: string;
}

/** Scene 2 is a QR code. WeCom must not open a further group when this one is full: our pools decide that. */
export const addJoinWay = async (api: WecomApi, { chatId, state, remark }: NewJoinWay): Promise<string> => {
  const body = { scene: 2, remark, auto_create_room: 0, chat_id_list: [chatId], state };
  return (await api.ask({ endpoint: 'externalcontact/groupchat/add_join_way', body, answer: addJoinWayAnswer }))
    .config_id;
};

/** The only call that tells the QR code's address. */
export const getJoinWay = async (
  api: WecomApi,
  configId: string,
): Promise<z.output<typeof joinWayAnswer>['join_way']> =>
  (
    await api.ask({
      endpoint: 'externalcontact/groupchat/get_join_way',
      body: { config_id: configId },
      answer: joinWayAnswer,
    })
  ).join_way;
