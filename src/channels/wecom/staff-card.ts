import type { ActionOf } from '../../domain/action.js';
import type { Done } from '../channel.js';
import { sendAppCard } from './client/messages.js';
import { notifyStaff, type Messenger } from './notify-staff.js';
import { cutToCodePoints } from '../../domain/cut-text.js';

/** As long as clients show it: the words of a card are cut, and the whole is in the task list. */
const TEXT_CHARACTERS = 200;

/** What to type instead of a button, by its key. */
const typed: Readonly<Record<string, string>> = { done: '完成', snooze: '稍后', approve: '同意', refuse: '不同意' };

/** `result: {responseCode}` when it went as a card. An app that cannot send cards sends words that ask for an answer. */
export async function sendStaffCard(to: Messenger, action: ActionOf<'staff_card'>, key: string): Promise<Done> {
  const sent = await sendAppCard(to.api, to.agentId, action.staff, {
    taskId: action.taskId,
    title: action.title,
    text: cutToCodePoints(action.text, TEXT_CHARACTERS, '…'),
    buttons: action.buttons,
  });
  if (sent.ok) {
    const { msgid, response_code: responseCode } = sent.data;
    return {
      ...(msgid === undefined ? {} : { ref: msgid }),
      ...(responseCode === undefined ? {} : { result: { responseCode } }),
    };
  }
  const answers = action.buttons.map((button) => `「${typed[button.key] ?? button.label} ${action.task}」`).join('或');
  return notifyStaff(
    to,
    { kind: 'notify_staff', staff: action.staff, text: `${action.text}\n处理后回复${answers}` },
    key,
  );
}
