import { expect } from 'vitest';
import {
  addGroupMsgTemplate,
  addMsgTemplate,
  cancelGroupMsgSend,
  getGroupMsgList,
  getGroupMsgSendResult,
  getGroupMsgTasks,
  remindGroupMsgSend,
} from '../../../../src/channels/wecom/client/mass-sends.js';
import type { ApiMessage } from '../../../../src/channels/wecom/client/messages.js';
import type { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import { recorded } from '../fake-wecom.js';
import { onOrder, type EndpointRow, type Refusal } from './endpoint-row.js';
import { anyText, holding } from './matching.js';
import type { Names, SandboxWorld } from './world.js';

const NO_SEND = 'msgNobodyMadeThisOne0000000000000';
const words: ApiMessage = { text: { content: '周五福利预告' } };

const massSendAs =
  (message: ApiMessage): Refusal['ask'] =>
  (api, { staff, customer }) =>
    addMsgTemplate(api, staff, [customer], message);
const sendMore = async ({ raw, names }: SandboxWorld) => {
  const { msgid } = await raw('externalcontact/add_msg_template', {
    external_userid: [names.customer],
    sender: names.staff,
    ...words,
  });
  return { massSend: String(msgid) };
};
const cancelled = async ({ raw, names }: SandboxWorld) => {
  await raw('externalcontact/cancel_groupmsg_send', { msgid: names.massSend });
};
/** What four calls that name a mass-send are refused for alike. */
const ofNoSend = (ask: (api: WecomApi, names: Names, msgid: string) => Promise<unknown>): readonly Refusal[] => [
  { errcode: 41047, when: 'there is no such task', ask: (api, names) => ask(api, names, NO_SEND) },
  { errcode: 41046, when: 'no task is named', ask: (api, names) => ask(api, names, '') },
  { errcode: 41063, when: 'it is being handed out', before: sendMore },
];

/** Contract §7.3, §7.4. */
export const massSendEndpoints: readonly EndpointRow[] = [
  {
    calls: 'addMsgTemplate',
    section: '§7.3',
    endpoint: 'externalcontact/add_msg_template',
    ask: (api, { staff, customer, stranger }) => addMsgTemplate(api, staff, [customer, stranger], words),
    body: ({ staff, customer, stranger }) => ({
      chat_type: 'single',
      external_userid: [customer, stranger],
      sender: staff,
      allow_select: false,
      text: { content: '周五福利预告' },
    }),
    answers: [recorded('api_add_msg_template')],
    comes: ({ stranger }) => ({ msgid: anyText, fail_list: [stranger] }),
    done: [
      ({ massSends }) => massSends.at(-1)?.tasks.map((task) => [task.userid, task.targets.length]),
      [['LinXia', 1]],
    ],
    empty: { fail_list: [], msgid: '' },
    refusals: [
      {
        errcode: 84061,
        when: 'they are no contacts',
        ask: (api, { staff, stranger }) => addMsgTemplate(api, staff, [stranger], words),
      },
      {
        errcode: 41048,
        when: 'they got as many as may be',
        corp: { massSendCap: { perMonth: 0 } },
        answers: [{ ...recorded('api_add_msg_template_41048'), fail_list: [], msgid: '' }],
      },
      { errcode: 40063, when: 'it says nothing', ask: massSendAs({}) },
      {
        errcode: 45002,
        when: 'it is longer than 4 000 bytes',
        ask: massSendAs({ text: { content: '长'.repeat(1_334) } }),
      },
      {
        errcode: 40007,
        when: 'the picture is older than three days',
        ask: massSendAs({ attachments: [{ msgtype: 'image', image: { media_id: 'gone' } }] }),
      },
      {
        errcode: 41064,
        when: 'it has ten attachments',
        ask: massSendAs({
          attachments: Array.from({ length: 10 }, () => ({
            msgtype: 'link' as const,
            link: { title: '福利页', url: 'https://shop.example.invalid/w' },
          })),
        }),
      },
    ],
  },
  {
    calls: 'addGroupMsgTemplate',
    section: '§7.3',
    endpoint: 'externalcontact/add_msg_template',
    ask: (api, { staff, chatId }) => addGroupMsgTemplate(api, staff, [chatId], words),
    body: ({ staff, chatId }) => ({
      chat_type: 'group',
      chat_id_list: [chatId],
      sender: staff,
      allow_select: false,
      text: { content: '周五福利预告' },
    }),
    answers: [{ ...recorded('api_add_msg_template'), fail_list: [] }],
    comes: () => ({ msgid: anyText, fail_list: [] }),
    done: [
      ({ massSends }) => massSends.at(-1)?.tasks.map((task) => [task.userid, task.targets.length]),
      [['LinXia', 1]],
    ],
    empty: { fail_list: [], msgid: '' },
    refusals: [
      {
        errcode: 41048,
        when: 'the groups got as many as may be',
        corp: { massSendCap: { perMonth: 0 } },
        answers: [{ ...recorded('api_add_msg_template_41048'), fail_list: [], msgid: '' }],
      },
    ],
  },
  {
    calls: 'getGroupMsgList',
    section: '§7.4',
    endpoint: 'externalcontact/get_groupmsg_list_v2',
    ask: (api, { now }) => getGroupMsgList(api, 'single', { from: now - 3_600, until: now }),
    body: ({ now }) => ({
      chat_type: 'single',
      start_time: now - 3_600,
      end_time: now,
      filter_type: 0,
      limit: 100,
      cursor: '',
    }),
    answers: [recorded('api_get_groupmsg_list_v2')],
    comes: ({ massSend }) => holding({ msgid: massSend, text: { content: '周五福利预告' } }),
    empty: { next_cursor: '', group_msg_list: [] },
    refusals: [
      {
        errcode: 600018,
        when: 'the span is longer than a month',
        ask: (api, { now }) => getGroupMsgList(api, 'single', { from: now - 32 * 86_400, until: now }),
      },
      {
        errcode: 48001,
        when: 'the app has no right to it',
        before: onOrder('externalcontact/get_groupmsg_list_v2', 48001),
      },
    ],
  },
  {
    calls: 'getGroupMsgTasks',
    section: '§7.4',
    endpoint: 'externalcontact/get_groupmsg_task',
    ask: (api, { massSend }) => getGroupMsgTasks(api, massSend),
    body: ({ massSend }) => ({ msgid: massSend, limit: 1_000, cursor: '' }),
    answers: [recorded('api_get_groupmsg_task')],
    comes: ({ staff }) => holding({ userid: staff, status: expect.any(Number) as unknown }),
    empty: { next_cursor: '', task_list: [] },
    refusals: ofNoSend((api, _names, msgid) => getGroupMsgTasks(api, msgid)),
  },
  {
    calls: 'getGroupMsgSendResult',
    section: '§7.4',
    endpoint: 'externalcontact/get_groupmsg_send_result',
    ask: (api, { massSend, staff }) => getGroupMsgSendResult(api, massSend, staff),
    body: ({ massSend, staff }) => ({ msgid: massSend, userid: staff, limit: 1_000, cursor: '' }),
    answers: [recorded('api_get_groupmsg_send_result')],
    comes: ({ customer }) => holding({ external_userid: customer, status: expect.any(Number) as unknown }),
    empty: { next_cursor: '', send_list: [] },
    refusals: [
      ...ofNoSend((api, { staff }, msgid) => getGroupMsgSendResult(api, msgid, staff)),
      {
        errcode: 40003,
        when: 'the sender is not in the directory',
        ask: (api, { massSend }) => getGroupMsgSendResult(api, massSend, 'GoneLong'),
      },
    ],
  },
  {
    calls: 'remindGroupMsgSend',
    section: '§7.4',
    endpoint: 'externalcontact/remind_groupmsg_send',
    ask: (api, { massSend }) => remindGroupMsgSend(api, massSend),
    body: ({ massSend }) => ({ msgid: massSend }),
    answers: [recorded('api_ok')],
    done: [({ massSends }) => massSends[0]?.remindedAt.length, 1],
    empty: {},
    refusals: [
      ...ofNoSend((api, _names, msgid) => remindGroupMsgSend(api, msgid)),
      {
        errcode: 41094,
        when: 'there were three in 24 hours',
        before: async ({ raw, names }) => {
          for (let n = 0; n < 3; n += 1) await raw('externalcontact/remind_groupmsg_send', { msgid: names.massSend });
        },
      },
      { errcode: 41093, when: 'it was cancelled', before: cancelled },
    ],
  },
  {
    calls: 'cancelGroupMsgSend',
    section: '§7.4',
    endpoint: 'externalcontact/cancel_groupmsg_send',
    ask: (api, { massSend }) => cancelGroupMsgSend(api, massSend),
    body: ({ massSend }) => ({ msgid: massSend }),
    answers: [recorded('api_ok')],
    done: [({ massSends }) => typeof massSends[0]?.cancelledAt, 'number'],
    empty: {},
    refusals: [
      ...ofNoSend((api, _names, msgid) => cancelGroupMsgSend(api, msgid)),
      { errcode: 41093, when: 'it was cancelled before', before: cancelled },
    ],
  },
];
