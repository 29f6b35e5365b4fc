import type { ActionOf } from '../../../domain/action.js';
import type { ActionResult } from '../../channel.js';
import { sendAppCard, STAFF_AT_ONCE } from '../client/messages.js';
import { notifyStaff, unreachedBy, type Messenger } from './notify-staff.js';
import { cardWords } from './card-words.js';

/** What to type instead of a button, by its key. */
const typed: Readonly<Record<string, string>> = { done: '完成', snooze: '稍后', approve: '同意', refuse: '不同意' };

/**
 * `result: {responseCode, unreached}` when it went as a card. An app that cannot send cards sends words that ask for an
 * answer; so do the colleagues who are too many for one card, because its task id works once.
 */
export async function sendStaffCard(to: Messenger, action: ActionOf<'staff_card'>, key: string): Promise<ActionResult> {
  const answers = action.buttons.map((button) => `「${typed[button.key] ?? button.label} ${action.task}」`).join('或');
  const { link } = action;
  const inWords = (staff: readonly string[]): Promise<ActionResult> => {
    const lines = [action.text, ...(link === undefined ? [] : [link]), `处理后回复${answers}`];
    const links = link === undefined ? [] : [link];
    return notifyStaff(to, { kind: 'notify_staff', staff, text: lines.join('\n'), links }, key);
  };

  const sent = await sendAppCard(to.api, to.agentId, action.staff.slice(0, STAFF_AT_ONCE), {
    taskId: action.taskId,
    words: cardWords(action.title, action.text, action.facts),
    link,
    buttons: action.buttons,
  });
  if (!sent.ok) return inWords(action.staff);
  const others = action.staff.slice(STAFF_AT_ONCE);
  const told = others.length === 0 ? {} : await inWords(others);
  const { msgid, response_code: responseCode } = sent.data;
  const unreached = [...unreachedBy(sent.data), ...asList(told.result?.['unreached'])];
  const result = {
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(unreached.length === 0 ? {} : { unreached }),
  };
  return {
    ...(msgid === undefined ? {} : { ref: msgid }),
    ...(Object.keys(result).length === 0 ? {} : { result }),
  };
}

const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);
