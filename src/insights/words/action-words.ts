import type { LocalizedText } from '../../domain/localized-text.js';
import type { Action, ActionKind, Attachment } from '../../domain/action.js';
import { campaignChannelLabels } from './channel-words.js';
import { insideSentence } from './inside-sentence.js';

/** Messages to members are labelled by their channel. */
const messageKind = (channel: keyof typeof campaignChannelLabels): LocalizedText =>
  insideSentence(campaignChannelLabels[channel]);

const kinds: Readonly<Record<ActionKind, LocalizedText>> = {
  read_contact: { zh: '读取客户资料', en: 'read the contact' },
  set_remark: { zh: '写备注', en: 'set the remark' },
  mark_tags: { zh: '同步标签', en: 'sync the tags' },
  send_welcome: messageKind('welcome'),
  mass_send: messageKind('mass_send'),
  remind_mass_send: { zh: '提醒确认群发', en: 'remind of the mass-send' },
  cancel_mass_send: { zh: '取消群发', en: 'cancel the mass-send' },
  read_mass_send: { zh: '查群发结果', en: 'read the mass-send' },
  ensure_tags: { zh: '建企业标签', en: 'make corp tags' },
  read_tags: { zh: '读取标签库', en: 'read the tag library' },
  read_group: { zh: '读取群资料', en: 'read the group' },
  ensure_join_way: { zh: '生成进群码', en: 'make a join code' },
  ensure_contact_way: { zh: '生成加好友码', en: 'make a contact code' },
  ensure_acquisition_link: { zh: '生成获客链接', en: 'make an acquisition link' },
  retire_acquisition_link: { zh: '停用获客链接', en: 'retire an acquisition link' },
  read_acquisition_stats: { zh: '读取获客链接数据', en: "read an acquisition link's figures" },
  ensure_group_welcome: { zh: '写入群欢迎语', en: 'write a group welcome' },
  retire_group_welcome: { zh: '删除入群欢迎语', en: 'delete a group welcome' },
  retire_contact_way: { zh: '停用加好友码', en: 'retire a contact code' },
  read_group_stats: { zh: '读取群统计', en: 'read the group statistics' },
  staff_card: { zh: '待办卡片', en: 'task card' },
  close_card: { zh: '更新待办卡片', en: 'update the task card' },
  notify_staff: { zh: '通知员工', en: 'notify staff' },
  sms: messageKind('sms'),
  kf_say: { zh: '客服回复', en: 'customer-service message' },
  kf_welcome: { zh: '客服欢迎语', en: 'customer-service welcome' },
  kf_upgrade: { zh: '把群名片交给接待同事', en: "give the group's card to the person who serves" },
  ensure_kf_way: { zh: '生成客服入口', en: 'make an entry link of customer service' },
  kf_hand_over: { zh: '转人工', en: 'hand over to a person' },
  chat_dm: messageKind('chat_dm'),
  group_say: messageKind('group_mention'),
  room_add: { zh: '拉进群', en: 'add to the group' },
  room_remove: { zh: '移出群', en: 'remove from the group' },
};

export const actionLabel = (kind: string): LocalizedText =>
  Object.hasOwn(kinds, kind) ? kinds[kind as ActionKind] : { zh: kind, en: kind };

/** The channel of a message as templates name it; null for an action that is no message to a member. */
export function channelOf(kind: string): string | null {
  switch (kind) {
    case 'send_welcome':
      return 'welcome';
    case 'group_say':
      return 'group_mention';
    case 'kf_say':
      return 'kf';
    case 'mass_send':
    case 'chat_dm':
    case 'sms':
      return kind;
    default:
      return null;
  }
}

/** The text of an action; null when it has none. */
export function textOf(action: Action): string | null {
  if ('message' in action) return action.message.text === '' ? null : action.message.text;
  return 'text' in action ? (action.text ?? null) : null;
}

export const attachmentsOf = (action: Action): readonly Attachment[] =>
  'message' in action ? action.message.attachments : [];
