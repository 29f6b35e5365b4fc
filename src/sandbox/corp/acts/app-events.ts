import { seconds } from '../../calendar.js';
import type { XmlBranch, XmlValue } from '../../doors/callback/xml.js';
import type { Corp } from '../corp.js';
import type { StaffMessage } from '../messages.js';
import type { Staff } from '../person.js';
import type { CardQuestion, StaffCard } from '../staff-card.js';

export interface Choice {
  readonly question: string;
  readonly options: readonly string[];
}

/** The newest card of this task that the staff member has and that was not taken back. */
export function cardOf(corp: Corp, staff: Staff, taskId: string): (StaffMessage & { card: StaffCard }) | undefined {
  const held = corp.inbox.findLast((one) => one.userid === staff.userid && one.card?.taskId === taskId);
  return held?.card && held.recalledAt === undefined ? { ...held, card: held.card } : undefined;
}

export type Tapped = { readonly responseCode: string } | { readonly not: 'closed' | 'no_such_key' | 'no_such_option' };

/** A staff member taps a button or a line of the menu, having chosen what there is to choose. */
export function tapCard(
  corp: Corp,
  staff: Staff,
  { msgid, card }: StaffMessage & { readonly card: StaffCard },
  key: string,
  choices: readonly Choice[],
): Tapped {
  const isMenu = card.menu.some((line) => line.key === key);
  const isButton = card.buttons.some((button) => button.key === key);
  if (!isMenu && !isButton) return { not: 'no_such_key' };
  if (isButton && card.replaced !== undefined) return { not: 'closed' };
  if (!choices.every((choice) => fits(choice, card.questions))) return { not: 'no_such_option' };
  const responseCode = corp.appMessages.makeCode(msgid, corp.now());
  tellApp(corp, staff, isMenu ? 'template_card_menu_event' : 'template_card_event', {
    EventKey: key,
    TaskId: card.taskId,
    CardType: card.cardType,
    ResponseCode: responseCode,
    SelectedItems: isButton && choices.length > 0 ? { SelectedItem: choices.map(selected) } : undefined,
  });
  return { responseCode };
}

/** `click` on a line of the app's own menu, opening the app, and being let into its scope. */
export function useApp(
  corp: Corp,
  staff: Staff,
  event: 'click' | 'enter_agent' | 'subscribe' | 'unsubscribe',
  key = '',
): void {
  tellApp(corp, staff, event, { EventKey: key });
}

const fits = ({ question, options }: Choice, questions: readonly CardQuestion[]): boolean => {
  const asked = questions.find((one) => one.key === question);
  if (asked === undefined || !options.every((option) => asked.optionIds.includes(option))) return false;
  return asked.takesSeveral || options.length === 1;
};

const selected = ({ question, options }: Choice): XmlBranch => ({
  QuestionKey: question,
  OptionIds: { OptionId: options },
});

/** The staff member waits to see what the app makes of it. */
function tellApp(corp: Corp, staff: Staff, event: string, fields: Readonly<Record<string, XmlValue>>): void {
  corp.outlets.tell({
    ToUserName: corp.corpId,
    FromUserName: staff.userid,
    CreateTime: seconds(corp.now()),
    MsgType: 'event',
    Event: event,
    ...fields,
    AgentID: Number(corp.agentId),
  });
  corp.outlets.awaitAnswer('callback');
}
