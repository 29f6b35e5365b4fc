import { uploadImage } from '../../../../src/channels/wecom/client/media.js';
import {
  sendAppCard,
  sendAppImage,
  sendAppText,
  sendWelcomeMsg,
  updateTemplateCard,
  type ApiCard,
  type ApiMessage,
} from '../../../../src/channels/wecom/client/messages.js';
import { recorded } from '../fake-wecom.js';
import { onOrder, withdrawn, type EndpointRow, type Refusal } from './endpoint-row.js';
import { anyText } from './matching.js';

const AGENT = 1_000_002;
const FOUR_HOURS_S = 14_400;
const words: ApiMessage = { text: { content: '周五福利预告' } };
const png = { bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), type: 'image/png' } as const;
const card: ApiCard = {
  taskId: 'pull-2',
  words: { title: '请把安然拉进群', sentence: '会员群①', text: '', facts: [] },
  buttons: [
    { key: 'done', label: '已完成' },
    { key: 'skip', label: '跳过' },
  ],
};

const welcomeAs =
  (message: ApiMessage): Refusal['ask'] =>
  (api, { welcomeCode }) =>
    sendWelcomeMsg(api, welcomeCode, message);
/** Contract §7.1, §7.5, §7.7. */
export const messageEndpoints: readonly EndpointRow[] = [
  {
    calls: 'uploadImage',
    section: '§7.7',
    endpoint: 'media/upload',
    ask: (api) => uploadImage(api, png),
    query: () => ({ type: 'image' }),
    file: 'picture.png',
    answers: [recorded('api_media_upload')],
    comes: () => anyText,
    empty: {},
    refusals: [
      {
        errcode: 44001,
        when: 'the picture is empty',
        ask: (api) => uploadImage(api, { ...png, bytes: new Uint8Array(5) }),
      },
      {
        errcode: 45001,
        when: 'the picture is larger than 10 MB',
        ask: (api) => uploadImage(api, { ...png, bytes: new Uint8Array(10 * 1024 * 1024 + 1) }),
      },
    ],
  },
  {
    calls: 'sendWelcomeMsg',
    section: '§7.1',
    endpoint: 'externalcontact/send_welcome_msg',
    ask: welcomeAs(words)!,
    body: ({ welcomeCode }) => ({ welcome_code: welcomeCode, text: { content: '周五福利预告' } }),
    answers: [recorded('api_ok')],
    done: [({ received }) => received.map((one) => [one.via, one.text]), [['welcome', '周五福利预告']]],
    empty: {},
    refusals: [
      {
        errcode: 41050,
        when: '20 seconds are over',
        before: async ({ corp }) => {
          await corp.advance(corp.now() + 21_000);
        },
        answers: [recorded('api_send_welcome_41050')],
      },
      {
        errcode: 41050,
        when: 'it was used before',
        before: async ({ raw, names }) => {
          await raw('externalcontact/send_welcome_msg', { welcome_code: names.welcomeCode, ...words });
        },
      },
      {
        errcode: 41051,
        when: 'another app was first',
        before: async ({ corp }) => corp.trouble({ otherApp: 'welcomes_first' }),
      },
      {
        errcode: 41096,
        when: 'another app is at it',
        before: async ({ corp }) => corp.trouble({ otherApp: 'is_sending' }),
      },
      { errcode: 41049, when: 'there is no code', ask: (api) => sendWelcomeMsg(api, '', words) },
      { errcode: 40063, when: 'it says nothing', ask: welcomeAs({}) },
    ],
  },
  {
    calls: 'sendAppText',
    section: '§7.5',
    endpoint: 'message/send',
    ask: (api, { staff }) => sendAppText(api, AGENT, [staff, 'WangQiang'], '早上好'),
    body: ({ staff }) => ({
      touser: `${staff}|WangQiang`,
      msgtype: 'text',
      agentid: AGENT,
      text: { content: '早上好' },
      enable_duplicate_check: 1,
      duplicate_check_interval: FOUR_HOURS_S,
    }),
    answers: [recorded('api_message_send_partial')],
    // Userids come back in lower case.
    comes: () => ({ invaliduser: ['wangqiang'], msgid: anyText }),
    done: [({ inbox }) => inbox.at(-1)?.text, '早上好'],
    empty: {},
    refusals: [
      { errcode: 81013, when: 'nobody it names is there', ask: (api) => sendAppText(api, AGENT, ['GoneLong'], '早') },
      {
        errcode: 301002,
        when: 'the agent is another app',
        ask: (api, { staff }) => sendAppText(api, 7, [staff], '早'),
      },
      { errcode: 44004, when: 'it says nothing', ask: (api, { staff }) => sendAppText(api, AGENT, [staff], '') },
      { errcode: 48002, when: 'the app may not call it', before: withdrawn('message/send') },
    ],
  },
  {
    calls: 'sendAppImage',
    section: '§7.5',
    endpoint: 'message/send',
    ask: (api, { staff, mediaId }) => sendAppImage(api, AGENT, [staff], mediaId),
    body: ({ staff, mediaId }) => ({
      touser: staff,
      msgtype: 'image',
      agentid: AGENT,
      // Not compared with earlier ones: the same picture is wanted with each answer.
      image: { media_id: mediaId },
    }),
    answers: [recorded('api_message_send_partial')],
    comes: () => ({ msgid: anyText }),
    empty: {},
    refusals: [
      {
        errcode: 40007,
        when: 'the picture is not there',
        ask: (api, { staff }) => sendAppImage(api, AGENT, [staff], 'none'),
      },
      {
        errcode: 81013,
        when: 'nobody it names is there',
        ask: (api, { mediaId }) => sendAppImage(api, AGENT, ['GoneLong'], mediaId),
      },
    ],
  },
  {
    calls: 'sendAppCard',
    section: '§7.5',
    endpoint: 'message/send',
    ask: (api, { staff }) => sendAppCard(api, AGENT, [staff], card),
    body: ({ staff }) => ({
      touser: staff,
      msgtype: 'template_card',
      agentid: AGENT,
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '请把安然拉进群', desc: '会员群①' },
        task_id: 'pull-2',
        button_list: [
          { text: '已完成', style: 1, key: 'done' },
          { text: '跳过', style: 2, key: 'skip' },
        ],
      },
      enable_duplicate_check: 1,
      duplicate_check_interval: FOUR_HOURS_S,
    }),
    answers: [recorded('api_message_send_partial')],
    comes: () => ({ ok: true, data: { msgid: anyText, response_code: anyText } }),
    done: [({ inbox }) => inbox.at(-1)?.card?.buttons.map((button) => button.key), ['done', 'skip']],
    empty: {},
    outcomes: Object.fromEntries(
      [40008, 40035, 40058, 40063, 41016, 42014, 43012].map((errcode) => [errcode, () => ({ ok: false, errcode })]),
    ),
    refusals: [
      {
        errcode: 43012,
        when: 'the app has no callback address',
        before: onOrder('message/send', 43012),
      },
      {
        errcode: 42014,
        when: 'the task id is used',
        ask: (api, { staff }) => sendAppCard(api, AGENT, [staff], { ...card, taskId: 'pull-1' }),
      },
      {
        errcode: 40063,
        when: 'it has no buttons',
        ask: (api, { staff }) => sendAppCard(api, AGENT, [staff], { ...card, buttons: [] }),
      },
      { errcode: 81013, when: 'nobody it names is there', ask: (api) => sendAppCard(api, AGENT, ['GoneLong'], card) },
    ],
  },
  {
    calls: 'updateTemplateCard',
    section: '§7.5',
    endpoint: 'message/update_template_card',
    ask: (api, { staff, responseCode }) =>
      updateTemplateCard(api, { agentId: AGENT, staff: [staff], responseCode, text: '已完成' }),
    body: ({ staff, responseCode }) => ({
      userids: [staff],
      agentid: AGENT,
      response_code: responseCode,
      button: { replace_name: '已完成' },
    }),
    answers: [recorded('api_ok')],
    done: [({ inbox }) => inbox.find((one) => one.card?.taskId === 'pull-1')?.card?.replaced, '已完成'],
    empty: {},
    // Somebody else closed the card, or it is too late: neither is anybody's matter.
    outcomes: { 60140: () => undefined },
    refusals: [
      {
        errcode: 60140,
        when: 'the code was used',
        ask: async (api, { staff, responseCode }) => {
          await updateTemplateCard(api, { agentId: AGENT, staff: [staff], responseCode, text: '已完成' }).catch(
            () => undefined,
          );
          await updateTemplateCard(api, { agentId: AGENT, staff: [staff], responseCode, text: '已完成' });
        },
      },
      {
        errcode: 301002,
        when: 'the agent is another app',
        ask: (api, { staff, responseCode }) =>
          updateTemplateCard(api, { agentId: 7, staff: [staff], responseCode, text: '已完成' }),
      },
    ],
  },
];
