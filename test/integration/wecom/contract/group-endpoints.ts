import { expect } from 'vitest';
import {
  addJoinWay,
  getGroup,
  getJoinWay,
  groupStatisticByDay,
  listGroups,
  updateJoinWay,
  type JoinWaySettings,
} from '../../../../src/channels/wecom/client/groups.js';
import { recorded, refused } from '../fake-wecom.js';
import { onOrder, type EndpointRow } from './endpoint-row.js';
import { anyText, holding } from './matching.js';
import type { Names, SandboxWorld } from './world.js';

const NO_GROUP = 'wrNobodyOpenedThisOne00000000000';
const NO_WAY = '0'.repeat(32);
const way = ({ chatId }: Names, over: Partial<JoinWaySettings> = {}): JoinWaySettings => ({
  chatIds: [chatId],
  state: 'mv1',
  remark: '换群',
  next: null,
  ...over,
});
const dismissed = ({ corp, names }: SandboxWorld) =>
  corp.act({ do: 'dismiss_group', group: names.chatId }).then(() => undefined);
const next = { baseName: '年卡福利群', number: 2 };
const lastPage = { ...recorded('api_ok'), group_chat_list: [], next_cursor: '' };

/** Contract §5. */
export const groupEndpoints: readonly EndpointRow[] = [
  {
    calls: 'groupStatisticByDay',
    section: '§5.1',
    endpoint: 'externalcontact/groupchat/statistic_group_by_day',
    ask: (api, { staff, statDay }) => groupStatisticByDay(api, staff, statDay, statDay),
    body: ({ staff, statDay }) => ({
      day_begin_time: statDay,
      day_end_time: statDay,
      owner_filter: { userid_list: [staff] },
    }),
    answers: [recorded('api_groupchat_statistic_group_by_day')],
    comes: ({ statDay }) => [
      {
        stat_time: statDay,
        data: { chat_total: expect.any(Number) as unknown, msg_total: expect.any(Number) as unknown },
      },
    ],
    empty: { items: [] },
    refusals: [
      {
        errcode: 600018,
        when: 'today is asked for',
        ask: (api, { staff, now }) => groupStatisticByDay(api, staff, now, now),
      },
      {
        errcode: 600018,
        when: 'more than 30 days are asked for',
        ask: (api, { staff, statDay }) => groupStatisticByDay(api, staff, statDay - 30 * 86_400, statDay),
      },
      {
        errcode: 40003,
        when: 'the owner is not in the directory',
        ask: (api, { statDay }) => groupStatisticByDay(api, 'GoneLong', statDay, statDay),
      },
    ],
  },
  {
    calls: 'listGroups',
    section: '§5.1',
    endpoint: 'externalcontact/groupchat/list',
    ask: (api, { staff }) => listGroups(api, [staff]),
    body: () => ({ status_filter: 0, limit: 1_000, cursor: '' }),
    answers: [recorded('api_groupchat_list'), lastPage],
    comes: ({ chatId }) => holding({ chatId, status: 0 }),
    empty: { group_chat_list: [], next_cursor: '' },
    // Then the owners are named.
    outcomes: { 81017: ({ chatId }) => holding({ chatId, status: 0 }) },
    refusals: [
      {
        errcode: 81017,
        when: 'more than 1 000 are in scope',
        corp: { moreStaff: 1_000 },
        answers: [
          ({ body }) => {
            if (body['owner_filter'] === undefined) return { ...refused(81017), group_chat_list: [] };
            return body['cursor'] === '' ? recorded('api_groupchat_list') : lastPage;
          },
        ],
      },
      {
        errcode: 50100,
        when: 'the cursor is another list’s',
        before: onOrder('externalcontact/groupchat/list', 50100),
      },
    ],
  },
  {
    calls: 'getGroup',
    section: '§5.1',
    endpoint: 'externalcontact/groupchat/get',
    ask: (api, { chatId }) => getGroup(api, chatId),
    body: ({ chatId }) => ({ chat_id: chatId, need_name: 1 }),
    answers: [recorded('api_groupchat_get')],
    comes: ({ chatId, staff, groupName }) => ({
      ok: true,
      data: {
        group_chat: {
          chat_id: chatId,
          owner: staff,
          name: groupName,
          member_list: holding({ userid: staff, type: 1, name: '林夏' }),
          member_version: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        },
      },
    }),
    empty: { group_chat: { member_list: [], admin_list: [] } },
    outcomes: {
      40050: () => ({ ok: false, errcode: 40050 }),
      49008: () => ({ ok: false, errcode: 49008 }),
    },
    refusals: [
      {
        errcode: 40050,
        when: 'there is no such group',
        ask: (api) => getGroup(api, NO_GROUP),
        answers: [recorded('api_groupchat_get_unknown')],
      },
      { errcode: 49008, when: 'it was dismissed', before: dismissed },
      {
        errcode: 60011,
        when: 'its owner is out of scope',
        before: async ({ corp, names }) => corp.trouble({ scope: [names.colleague] }),
      },
      { errcode: 90501, when: 'it is no customer group', before: onOrder('externalcontact/groupchat/get', 90501) },
    ],
  },
  {
    calls: 'addJoinWay',
    section: '§5.2',
    endpoint: 'externalcontact/groupchat/add_join_way',
    ask: (api, names) => addJoinWay(api, way(names)),
    body: ({ chatId }) => ({ scene: 2, remark: '换群', auto_create_room: 0, chat_id_list: [chatId], state: 'mv1' }),
    answers: [recorded('api_add_join_way')],
    comes: () => anyText,
    done: [({ joinWays }) => joinWays.filter((one) => one.state === 'mv1').map((one) => one.byApp), [true]],
    empty: { config_id: '' },
    refusals: [
      {
        errcode: 41091,
        when: 'it leads to six groups',
        ask: (api, names) => addJoinWay(api, way(names, { chatIds: Array.from({ length: 6 }, (_, n) => `wr${n}`) })),
      },
      {
        errcode: 40050,
        when: 'a group is unknown',
        ask: (api, names) => addJoinWay(api, way(names, { chatIds: [NO_GROUP] })),
      },
      { errcode: 49008, when: 'a group was dismissed', before: dismissed },
      {
        errcode: 40058,
        when: 'the state is longer than 30 bytes',
        ask: (api, names) => addJoinWay(api, way(names, { state: '长'.repeat(11) })),
      },
      { errcode: 41045, when: 'the corp has as many as may be', corp: { quotas: { ways: 2 } } },
    ],
  },
  {
    calls: 'updateJoinWay',
    section: '§5.2',
    endpoint: 'externalcontact/groupchat/update_join_way',
    ask: (api, names) => updateJoinWay(api, names.joinWay, way(names, { next })),
    body: ({ joinWay, chatId }) => ({
      config_id: joinWay,
      scene: 2,
      remark: '换群',
      auto_create_room: 1,
      room_base_name: '年卡福利群',
      room_base_id: 2,
      chat_id_list: [chatId],
      state: 'mv1',
    }),
    answers: [recorded('api_ok')],
    done: [({ joinWays }, names) => joinWays.find((one) => one.configId === names.joinWay)?.state, 'mv1'],
    empty: {},
    refusals: [
      { errcode: 41044, when: 'it was deleted', ask: (api, names) => updateJoinWay(api, NO_WAY, way(names)) },
      {
        errcode: 40063,
        when: 'it leads nowhere',
        ask: (api, names) => updateJoinWay(api, names.joinWay, way(names, { chatIds: [] })),
      },
    ],
  },
  {
    calls: 'getJoinWay',
    section: '§5.2',
    endpoint: 'externalcontact/groupchat/get_join_way',
    ask: (api, { joinWay }) => getJoinWay(api, joinWay),
    body: ({ joinWay }) => ({ config_id: joinWay }),
    answers: [recorded('api_get_join_way')],
    comes: ({ joinWay, joinState, chatId }) => ({
      config_id: joinWay,
      state: joinState,
      qr_code: expect.stringMatching(/^https?:/) as unknown,
      auto_create_room: 1,
      chat_id_list: [chatId],
    }),
    empty: { join_way: {} },
    outcomes: { 41044: () => undefined },
    refusals: [
      { errcode: 41044, when: 'it was deleted', ask: (api) => getJoinWay(api, NO_WAY) },
      { errcode: 41043, when: 'none is named', ask: (api) => getJoinWay(api, '') },
    ],
  },
];
