import { z } from 'zod';
import {
  cursor,
  rawTime,
  listOf,
  optionalNumber,
  optionalText,
  requiredListOf,
  requiredNumber,
  requiredText,
  noFields,
  readAllPages,
  textOrEmpty,
  findTexts,
} from './lenient.js';
import type { WecomApi } from './wecom-api.js';
import type { Outcome } from '../../wecom-app.js';

const groupMember = z.object({
  userid: requiredText,
  /** 1: staff of this corp, 2: anybody else. */
  type: optionalNumber,
  unionid: optionalText,
  join_time: rawTime,
  join_scene: optionalNumber,
  state: optionalText,
  name: optionalText,
});

export const groupAnswer = z.object({
  group_chat: z.object({
    chat_id: optionalText,
    name: textOrEmpty,
    owner: textOrEmpty,
    create_time: rawTime,
    member_list: requiredListOf(groupMember),
    member_version: optionalText,
  }),
});
export const groupPageAnswer = z.object({
  group_chat_list: requiredListOf(z.object({ chat_id: requiredText, status: optionalNumber })),
  next_cursor: cursor,
});
export const addJoinWayAnswer = findTexts('config_id');
export const joinWayAnswer = z.object({
  join_way: z.object({
    config_id: optionalText,
    qr_code: optionalText,
    state: optionalText,
    remark: textOrEmpty,
    auto_create_room: optionalNumber,
    room_base_name: textOrEmpty,
    room_base_id: optionalNumber,
    chat_id_list: listOf(requiredText),
  }),
});

const statRow = z.object({
  stat_time: rawTime,
  data: z.object({
    new_chat_cnt: requiredNumber,
    chat_total: requiredNumber,
    chat_has_msg: requiredNumber,
    new_member_cnt: requiredNumber,
    member_total: requiredNumber,
    member_has_msg: requiredNumber,
    msg_total: requiredNumber,
  }),
});
export const groupStatisticAnswer = z.object({ items: listOf(statRow) });

/** Closed interval of at most 30 days within the last 180, up to yesterday (O-96359). The rows are sums over the given owners. */
export const groupStatisticByDay = async (
  api: WecomApi,
  owner: string,
  fromSeconds: number,
  toSeconds: number,
): Promise<readonly z.output<typeof statRow>[]> =>
  (
    await api.call({
      endpoint: 'externalcontact/groupchat/statistic_group_by_day',
      body: { day_begin_time: fromSeconds, day_end_time: toSeconds, owner_filter: { userid_list: [owner] } },
      answer: groupStatisticAnswer,
    })
  ).items;

export type GroupChat = z.output<typeof groupAnswer>['group_chat'];

export interface ListedGroup {
  readonly chatId: string;
  /** 0 normal, 1 the owner has left, 2 in transfer, 3 transferred (contract §5.1). */
  readonly status: number;
}

/** All statuses: no source says that 0 includes the others. */
const STATUS_FILTERS = [0, 1, 2, 3];

/** All groups whose owner is in scope. Above 1 000 people in scope WeCom requires the owners (81017), at most 100 per call. */
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
    const outcome = await api.tryCall(
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

/** 40050 and 49008 are returned: the group does not exist any more. */
export const getGroup = (api: WecomApi, chatId: string): Promise<Outcome<z.output<typeof groupAnswer>>> =>
  api.tryCall(
    { endpoint: 'externalcontact/groupchat/get', body: { chat_id: chatId, need_name: 1 }, answer: groupAnswer },
    [40050, 49008],
  );

export interface JoinWaySettings {
  /** At most five (41091). */
  readonly chatIds: readonly string[];
  readonly state: string;
  readonly remark: string;
  /** Name and number of the next group, which WeCom creates when all are full. Null: it creates none. */
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
    await api.call({
      endpoint: 'externalcontact/groupchat/add_join_way',
      body: joinWayBody(settings),
      answer: addJoinWayAnswer,
    })
  ).config_id;

/** Replaces all fields (contract §5.2). */
export const updateJoinWay = async (api: WecomApi, configId: string, settings: JoinWaySettings): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/groupchat/update_join_way',
    body: { config_id: configId, ...joinWayBody(settings) },
    answer: noFields,
  });
};

/** The only call that returns the URL of the QR code. Undefined when somebody deleted the join way (41044). */
export const getJoinWay = async (
  api: WecomApi,
  configId: string,
): Promise<z.output<typeof joinWayAnswer>['join_way'] | undefined> => {
  const outcome = await api.tryCall(
    {
      endpoint: 'externalcontact/groupchat/get_join_way',
      body: { config_id: configId },
      answer: joinWayAnswer,
    },
    [41044],
  );
  return outcome.ok ? outcome.data.join_way : undefined;
};
