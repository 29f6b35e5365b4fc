import type { ActionOf } from '../../../domain/action.js';
import type { ActionResult } from '../../channel.js';
import { sendAppCard, STAFF_AT_ONCE } from '../client/messages.js';
import { notifyStaff, unreachedBy, type StaffMessenger } from './notify-staff.js';
import { cardWords } from './card-words.js';

/** The command that replaces a button, by its key. */
const typedCommands: Readonly<Record<string, string>> = {
  done: '完成',
  snooze: '稍后',
  approve: '同意',
  refuse: '不同意',
};

/**
 * Sends a card with buttons. `result: {responseCode, unreached}`. When the app cannot send cards, a text is sent that asks for
 * a typed answer. Recipients beyond the limit of one card get the text, too, because a task id works once.
 */
export async function sendStaffCard(
  to: StaffMessenger,
  action: ActionOf<'staff_card'>,
  key: string,
): Promise<ActionResult> {
  const answers = action.buttons
    .map((button) => `「${typedCommands[button.key] ?? button.label} ${action.task}」`)
    .join('或');
  const { link } = action;
  const sendAsText = (staff: readonly string[]): Promise<ActionResult> => {
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
  if (!sent.ok) return sendAsText(action.staff);
  const others = action.staff.slice(STAFF_AT_ONCE);
  const texted = others.length === 0 ? {} : await sendAsText(others);
  const { msgid, response_code: responseCode } = sent.data;
  const unreached = [...unreachedBy(sent.data), ...asList(texted.result?.['unreached'])];
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
