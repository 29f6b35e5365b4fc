import { z } from 'zod';
import {
  absentOrText,
  cursor,
  foreignTime,
  ids,
  listOf,
  maybeAbsent,
  maybeText,
  neededListOf,
  neededNumber,
  neededText,
  nothing,
  readAllPages,
  textsNamed,
} from './lenient.js';
import type { ApiMessage } from './messages.js';
import type { WecomApi } from './wecom-api.js';

/** Without an id the task is made all the same. */
export const addMassSendAnswer = z.intersection(z.object({ fail_list: ids }), textsNamed('msgid'));

const listed = z.object({
  msgid: neededText,
  /** Absent on those made by API. */
  creator: maybeText,
  /** By its words a task is known again: of words that cannot be read nobody knows whose they are. */
  text: maybeAbsent(z.object({ content: absentOrText('text.content') }), 'text'),
});
export const massSendPageAnswer = z.object({ group_msg_list: neededListOf(listed), next_cursor: cursor });

export const taskPageAnswer = z.object({
  task_list: neededListOf(z.object({ userid: neededText, status: neededNumber, send_time: foreignTime })),
  next_cursor: cursor,
});

const sendResult = z.object({ external_userid: maybeText, status: neededNumber, send_time: foreignTime });
export const resultPageAnswer = z.object({ send_list: listOf(sendResult), next_cursor: cursor });

export type ListedMassSend = z.output<typeof listed>;
export type ReceiverResult = z.output<typeof sendResult>;
export type SenderTask = z.output<typeof taskPageAnswer>['task_list'][number];

/** O-92135. Makes a task that the sender must still confirm by hand. */
export const addMsgTemplate = (
  api: WecomApi,
  sender: string,
  externalUserIds: readonly string[],
  message: ApiMessage,
): Promise<z.output<typeof addMassSendAnswer>> =>
  api.ask({
    endpoint: 'externalcontact/add_msg_template',
    body: { chat_type: 'single', external_userid: externalUserIds, sender, allow_select: false, ...message },
    answer: addMassSendAnswer,
  });

/** Times are epoch seconds; the span may be a month at most. `filter_type` 0: made by the corp, not by staff. */
export const getGroupMsgList = (api: WecomApi, startTime: number, endTime: number): Promise<ListedMassSend[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_list_v2', async (from) => {
    const body = {
      chat_type: 'single',
      start_time: startTime,
      end_time: endTime,
      filter_type: 0,
      limit: 100,
      cursor: from,
    };
    const page = await api.ask({ endpoint: 'externalcontact/get_groupmsg_list_v2', body, answer: massSendPageAnswer });
    return { items: page.group_msg_list, next: page.next_cursor };
  });

export const getGroupMsgTasks = (api: WecomApi, msgid: string): Promise<SenderTask[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_task', async (from) => {
    const page = await api.ask({
      endpoint: 'externalcontact/get_groupmsg_task',
      body: { msgid, limit: 1_000, cursor: from },
      answer: taskPageAnswer,
    });
    return { items: page.task_list, next: page.next_cursor };
  });

export const getGroupMsgSendResult = (api: WecomApi, msgid: string, sender: string): Promise<ReceiverResult[]> =>
  readAllPages(api, 'externalcontact/get_groupmsg_send_result', async (from) => {
    const body = { msgid, userid: sender, limit: 1_000, cursor: from };
    const page = await api.ask({
      endpoint: 'externalcontact/get_groupmsg_send_result',
      body,
      answer: resultPageAnswer,
    });
    return { items: page.send_list, next: page.next_cursor };
  });

/** At most three times in 24 hours for one task (41094). */
export const remindGroupMsgSend = async (api: WecomApi, msgid: string): Promise<void> => {
  await api.ask({
    endpoint: 'externalcontact/remind_groupmsg_send',
    subject: msgid,
    body: { msgid },
    answer: nothing,
  });
};

/** Stops what is not sent yet; what is sent stays sent (M). 41093: it was stopped before. */
export const cancelGroupMsgSend = async (api: WecomApi, msgid: string): Promise<void> => {
  await api.ask({ endpoint: 'externalcontact/cancel_groupmsg_send', body: { msgid }, answer: nothing });
};
