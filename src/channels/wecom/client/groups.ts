import { z } from 'zod';
import {
  cursor,
  foreignTime,
  listOf,
  maybeNumber,
  maybeText,
  neededListOf,
  neededNumber,
  neededText,
  nothing,
  readAllPages,
  someText,
  textsNamed,
} from './lenient.js';
import type { Outcome, WecomApi } from './wecom-api.js';

const groupMember = z.object({
  userid: neededText,
  /** 1 staff of this corp, 2 anybody from outside, friend or not. */
  type: maybeNumber,
  unionid: maybeText,
  join_time: foreignTime,
  join_scene: maybeNumber,
  state: maybeText,
  name: maybeText,
});

export const groupAnswer = z.object({
  group_chat: z.object({
    chat_id: maybeText,
    name: someText,
    owner: someText,
    member_list: neededListOf(groupMember),
    member_version: maybeText,
  }),
});
export const groupPageAnswer = z.object({
  group_chat_list: neededListOf(z.object({ chat_id: neededText, status: maybeNumber })),
  next_cursor: cursor,
});
export const addJoinWayAnswer = textsNamed('config_id');
export const joinWayAnswer = z.object({
  join_way: z.object({
    config_id: maybeText,
    qr_code: maybeText,
    state: maybeText,
    remark: someText,
    auto_create_room: maybeNumber,
    room_base_name: someText,
    room_base_id: maybeNumber,
    chat_id_list: listOf(neededText),
  }),
});

const statRow = z.object({
  stat_time: foreignTime,
  data: z.object({
    new_chat_cnt: neededNumber,
    chat_total: neededNumber,
    chat_has_msg: neededNumber,
    new_member_cnt: neededNumber,
    member_total: neededNumber,
    member_has_msg: neededNumber,
    msg_total: neededNumber,
  }),
});
export const groupStatisticAnswer = z.object({ items: listOf(statRow) });

/** Closed interval of at most 30 days, of the last 180, up to yesterday (O-96359). The rows are sums over the owners asked for. */
export const groupStatisticByDay = async (
  api: WecomApi,
  owner: string,
  fromSeconds: number,
  toSeconds: number,
): Promise<readonly z.output<typeof statRow>[]> =>
  (
    await api.ask({
      endpoint: 'externalcontact/groupchat/statistic_group_by_day',
      body: { day_begin_time: fromSeconds, day_end_time: toSeconds, owner_filter: { userid_list: [owner] } },
      answer: groupStatisticAnswer,
    })
  ).items;

export type GroupChat = z.output<typeof groupAnswer>['group_chat'];

export interface ListedGroup {
  readonly chatId: string;
  /** 0 normal, 1 the owner has left, 2 being handed on, 3 handed on (contract §5.1). */
  readonly status: number;
}

/** 0 to 3: that 0 lists the others too is not said anywhere, so all are asked for. */
const STATUS_FILTERS = [0, 1, 2, 3];

/** All groups whose owner is in scope. Beyond 1 000 people WeCom asks for the owners (81017); at most 100 at once. */
export async function listGroups(api: WecomApi, owners: readonly string[]): Promise<readonly ListedGroup[]> {
  const listed = new Map<string, ListedGroup>();
  for (const filter of STATUS_FILTERS) {
    const groups = (await listGroupsOf(api, filter, undefined)) ?? (await listByOwners(api, filter, owners));
    for (const group of groups) listed.set(group.chatId, group);
  }
  return [...listed.values()];
}

async function listByOwners(api: WecomApi, filter: number, owners: readonly string[]): Promise<readonly ListedGroup[]> {
  const groups: ListedGroup[] = [];
  for (let from = 0; from < owners.length; from += 100)
    groups.push(...((await listGroupsOf(api, filter, owners.slice(from, from + 100))) ?? []));
  return groups;
}

async function listGroupsOf(
  api: WecomApi,
  filter: number,
  owners: readonly string[] | undefined,
): Promise<readonly ListedGroup[] | undefined> {
  let ownersNeeded = false;
  const groups = await readAllPages(api, 'externalcontact/groupchat/list', async (from) => {
    const body = {
      status_filter: filter,
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
    const items = outcome.data.group_chat_list.map(({ chat_id: chatId, status }) => ({
      chatId,
      status: status !== undefined && STATUS_FILTERS.includes(status) ? status : filter,
    }));
    return { items, next: outcome.data.next_cursor };
  });
  return ownersNeeded ? undefined : groups;
}

/** 40050 and 49008 come back as an outcome: the group is gone. */
export const getGroup = (api: WecomApi, chatId: string): Promise<Outcome<z.output<typeof groupAnswer>>> =>
  api.tryAsk(
    { endpoint: 'externalcontact/groupchat/get', body: { chat_id: chatId, need_name: 1 }, answer: groupAnswer },
    [40050, 49008],
  );

export interface JoinWaySettings {
  /** At most five (41091). */
  readonly chatIds: readonly string[];
  readonly state: string;
  readonly remark: string;
  /** What WeCom calls the group it opens by itself when all are full: name and number. Null: it opens none. */
  readonly next: { readonly baseName: string; readonly number: number } | null;
}

/** Scene 2 is a QR code (O-99547). Without `auto_create_room` its default would be 1. */
const joinWayBody = ({ chatIds, state, remark, next }: JoinWaySettings) => ({
  scene: 2,
  remark,
  auto_create_room: next === null ? 0 : 1,
  ...(next === null ? {} : { room_base_name: next.baseName, room_base_id: next.number }),
  chat_id_list: chatIds,
  state,
});

export const addJoinWay = async (api: WecomApi, settings: JoinWaySettings): Promise<string | undefined> =>
  (
    await api.ask({
      endpoint: 'externalcontact/groupchat/add_join_way',
      body: joinWayBody(settings),
      answer: addJoinWayAnswer,
    })
  ).config_id;

/** Overwrites everything (contract §5.2). */
export const updateJoinWay = async (api: WecomApi, configId: string, settings: JoinWaySettings): Promise<void> => {
  await api.ask({
    endpoint: 'externalcontact/groupchat/update_join_way',
    body: { config_id: configId, ...joinWayBody(settings) },
    answer: nothing,
  });
};

/** The only call that tells the QR code's address. 41044 is an outcome: somebody deleted the way. */
export const getJoinWay = async (
  api: WecomApi,
  configId: string,
): Promise<z.output<typeof joinWayAnswer>['join_way'] | undefined> => {
  const outcome = await api.tryAsk(
    {
      endpoint: 'externalcontact/groupchat/get_join_way',
      body: { config_id: configId },
      answer: joinWayAnswer,
    },
    [41044],
  );
  return outcome.ok ? outcome.data.join_way : undefined;
};
