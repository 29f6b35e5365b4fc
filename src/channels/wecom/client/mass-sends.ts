import { z } from 'zod';
import {
  reportedText,
  cursor,
  rawTime,
  ids,
  listOf,
  objectIfPresent,
  optionalText,
  requiredListOf,
  requiredNumber,
  requiredText,
  noFields,
  readAllPages,
  findTexts,
} from './lenient.js';
import type { ApiMessage } from './messages.js';
import type { WecomApi } from './wecom-api.js';

/** The task exists even when the answer has no id. */
export const addMassSendAnswer = z.intersection(z.object({ fail_list: ids }), findTexts('msgid'));

const listed = z.object({
  msgid: requiredText,
  /** Absent when the task was made by API. */
  creator: optionalText,
  /** Identifies our task, so a text that cannot be read is reported. */
  text: objectIfPresent(z.object({ content: reportedText('text.content') }), 'text'),
});
export const massSendPageAnswer = z.object({ group_msg_list: requiredListOf(listed), next_cursor: cursor });

export const taskPageAnswer = z.object({
  task_list: requiredListOf(z.object({ userid: requiredText, status: requiredNumber, send_time: rawTime })),
  next_cursor: cursor,
});

/** A receiver is a customer or a group, depending on the kind of the task. */
const sendResult = z.object({
  external_userid: optionalText,
  chat_id: optionalText,
  status: requiredNumber,
  send_time: rawTime,
});
export const resultPageAnswer = z.object({ send_list: listOf(sendResult), next_cursor: cursor });

export type ListedMassSend = z.output<typeof listed>;
export type ReceiverResult = z.output<typeof sendResult>;
export type SenderTask = z.output<typeof taskPageAnswer>['task_list'][number];

/** O-92135. Creates a task that the sender must confirm by hand. */
export const addMsgTemplate = (
  api: WecomApi,
  sender: string,
  externalUserIds: readonly string[],
  message: ApiMessage,
): Promise<z.output<typeof addMassSendAnswer>> =>
  api.call({
    endpoint: 'externalcontact/add_msg_template',
    body: { chat_type: 'single', external_userid: externalUserIds, sender, allow_select: false, ...message },
    answer: addMassSendAnswer,
  });

/** The same for groups of the sender, at least one: without a list WeCom would post into all of them. */
export const addGroupMsgTemplate = (
  api: WecomApi,
  sender: string,
  chatIds: readonly [string, ...string[]],
  message: ApiMessage,
): Promise<z.output<typeof addMassSendAnswer>> =>
  api.call({
    endpoint: 'externalcontact/add_msg_template',
    body: { chat_type: 'group', chat_id_list: chatIds, sender, allow_select: false, ...message },
    answer: addMassSendAnswer,
  });

/** `from` and `until` are epoch seconds, at most a month apart. `filter_type` 0: created by the corp, not by staff. */
export const getGroupMsgList = (
  api: WecomApi,
  chatType: 'single' | 'group',
  { from: startTime, until: endTime }: { readonly from: number; readonly until: number },
): Promise<ListedMassSend[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_list_v2', async (from) => {
    const body = {
      chat_type: chatType,
      start_time: startTime,
      end_time: endTime,
      filter_type: 0,
      limit: 100,
      cursor: from,
    };
    const page = await api.call({ endpoint: 'externalcontact/get_groupmsg_list_v2', body, answer: massSendPageAnswer });
    return { items: page.group_msg_list, next: page.next_cursor };
  });

export const getGroupMsgTasks = (api: WecomApi, msgid: string): Promise<SenderTask[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_task', async (from) => {
    const page = await api.call({
      endpoint: 'externalcontact/get_groupmsg_task',
      body: { msgid, limit: 1_000, cursor: from },
      answer: taskPageAnswer,
    });
    return { items: page.task_list, next: page.next_cursor };
  });

export const getGroupMsgSendResult = (api: WecomApi, msgid: string, sender: string): Promise<ReceiverResult[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_send_result', async (from) => {
    const body = { msgid, userid: sender, limit: 1_000, cursor: from };
    const page = await api.call({
      endpoint: 'externalcontact/get_groupmsg_send_result',
      body,
      answer: resultPageAnswer,
    });
    return { items: page.send_list, next: page.next_cursor };
  });

/** At most three times in 24 hours for one task (41094). */
export const remindGroupMsgSend = async (api: WecomApi, msgid: string): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/remind_groupmsg_send',
    subject: msgid,
    body: { msgid },
    answer: noFields,
  });
};

/** Cancels the messages that are not sent yet (M). 41093: it was cancelled before. */
export const cancelGroupMsgSend = async (api: WecomApi, msgid: string): Promise<void> => {
  await api.call({ endpoint: 'externalcontact/cancel_groupmsg_send', body: { msgid }, answer: noFields });
};
