import type { ReasonWords } from '../channel-definition.js';

/** Labels for the reason codes of the chat channel. */
export const chatReasons: ReasonWords = {
  not_a_chat_action: { zh: '程序错误：聊天账号做不了这件事', en: 'a bug: nothing the chat account can do' },
  chat_offline: { zh: '聊天账号不在线', en: 'the chat account is offline' },
  chat_resting: { zh: '聊天账号正在休息，稍后继续', en: 'the chat account rests' },
  chat_paced: { zh: '聊天账号放慢了速度，稍后继续', en: 'the chat account takes its time' },
  chat_add_limit: {
    zh: '聊天账号这段时间拉人已到上限，稍后继续',
    en: 'the chat account has added enough people for now',
  },
  chat_message_limit: { zh: '聊天账号这段时间发言已到上限，稍后继续', en: 'the chat account has said enough for now' },
  chat_throttled: { zh: '聊天账号被限流，稍后继续', en: 'the chat account is throttled' },
  chat_not_sent: { zh: '聊天消息没发出，稍后重试', en: 'not sent; tried again later' },
  chat_unreachable: { zh: '聊天服务连不上，稍后重试', en: 'the chat service cannot be reached' },
  chat_refused: { zh: '聊天平台拒绝了', en: 'the chat platform refused' },
  chat_outcome_unknown: { zh: '聊天消息结果不明', en: 'the outcome of the chat message is unknown' },
  chat_contact_unknown: { zh: '聊天账号不认识这位成员', en: 'the chat account does not know this member' },
  chat_room_unknown: { zh: '聊天账号不在这个群里', en: 'the chat account is not in the group' },
  chat_mention_left: { zh: '要提及的人已不在群里', en: 'whom to mention has left the group' },
};
