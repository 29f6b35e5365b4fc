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

/** The newest card of this task in the staff member's inbox; undefined when there is none or the app recalled it. */
export function cardOf(corp: Corp, staff: Staff, taskId: string): (StaffMessage & { card: StaffCard }) | undefined {
  const newest = corp.inbox.findLast(({ userid, card }) => userid === staff.userid && card?.taskId === taskId);
  return newest?.card && newest.recalledAt === undefined ? { ...newest, card: newest.card } : undefined;
}

export interface Tap {
  /** The key of a button or of a line of the menu. */
  readonly key: string;
  readonly choices: readonly Choice[];
}

export type Tapped = { readonly responseCode: string } | { readonly not: 'closed' | 'no_such_key' | 'no_such_option' };

/** A staff member answers the card's questions and taps a button or a line of the menu. */
export function tapCard(
  corp: Corp,
  staff: Staff,
  { msgid, card }: StaffMessage & { readonly card: StaffCard },
  { key, choices }: Tap,
): Tapped {
  const isMenu = card.menu.some((line) => line.key === key);
  const isButton = card.buttons.some((button) => button.key === key);
  if (!isMenu && !isButton) return { not: 'no_such_key' };
  if (isButton && card.replaced !== undefined) return { not: 'closed' };
  if (!choices.every((choice) => fits(choice, card.questions))) return { not: 'no_such_option' };
  const responseCode = corp.appMessages.makeCode(msgid, corp.now());
  emitAppEvent(corp, staff, isMenu ? 'template_card_menu_event' : 'template_card_event', {
    EventKey: key,
    TaskId: card.taskId,
    CardType: card.cardType,
    ResponseCode: responseCode,
    SelectedItems: isButton && choices.length > 0 ? { SelectedItem: choices.map(selected) } : undefined,
  });
  return { responseCode };
}

/** A staff member clicks a line of the app's menu, opens the app, or enters or leaves its visible scope. */
export function useApp(
  corp: Corp,
  staff: Staff,
  event: 'click' | 'enter_agent' | 'subscribe' | 'unsubscribe',
  key = '',
): void {
  emitAppEvent(corp, staff, event, { EventKey: key });
}

const fits = ({ question, options }: Choice, questions: readonly CardQuestion[]): boolean => {
  const known = questions.find(({ key }) => key === question);
  if (known === undefined || !options.every((option) => known.optionIds.includes(option))) return false;
  return known.takesSeveral || options.length === 1;
};

const selected = ({ question, options }: Choice): XmlBranch => ({
  QuestionKey: question,
  OptionIds: { OptionId: options },
});

/** Sends the app's callback; the clock stops until the app has answered, because the staff member waits for it. */
function emitAppEvent(corp: Corp, staff: Staff, event: string, fields: Readonly<Record<string, XmlValue>>): void {
  corp.outlets.emit({
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
