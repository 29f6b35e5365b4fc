import type { ReasonWords } from '../channel-definition.js';

/** What the codes of the chat account mean to operators. */
export const chatReasons: ReasonWords = {
  not_a_chat_action: ['程序错误：聊天账号做不了这件事', 'a bug: nothing the chat account can do'],
  chat_offline: ['聊天账号不在线', 'the chat account is offline'],
  chat_resting: ['聊天账号正在休息，稍后继续', 'the chat account rests'],
  chat_paced: ['聊天账号放慢了速度，稍后继续', 'the chat account takes its time'],
  chat_add_limit: ['聊天账号这段时间拉人已到上限，稍后继续', 'the chat account has added enough people for now'],
  chat_message_limit: ['聊天账号这段时间发言已到上限，稍后继续', 'the chat account has said enough for now'],
  chat_throttled: ['聊天账号被限流，稍后继续', 'the chat account is throttled'],
  chat_not_sent: ['聊天消息没发出，稍后重试', 'not sent; tried again later'],
  chat_unreachable: ['聊天服务连不上，稍后重试', 'the chat service cannot be reached'],
  chat_refused: ['聊天平台拒绝了', 'the chat platform refused'],
  chat_outcome_unknown: ['聊天消息结果不明', 'the outcome of the chat message is unknown'],
  chat_contact_unknown: ['聊天账号不认识这位成员', 'the chat account does not know this member'],
  chat_room_unknown: ['聊天账号不在这个群里', 'the chat account is not in the group'],
  chat_mention_left: ['要提及的人已不在群里', 'whom to mention has left the group'],
};
