import type { CommandAnswer, MemberCommand } from './command.js';
import { memberCommands } from './index.js';
import { ordinalIn } from './plain-words.js';
import type { Question } from './open-question.store.js';

/** The commands that customer service offers to whoever writes something else. The order gives the numbers. */
const OFFERED: readonly string[] = ['my_tier', 'why', 'change_group', 'check_in', 'less', 'hand_over'];

export const commandById = (id: string): MemberCommand | undefined => memberCommands.find((known) => known.id === id);

const offered = (): readonly MemberCommand[] => OFFERED.flatMap((id) => commandById(id) ?? []);

/** A text with the numbered choices below it. A tap sends the id of the command, and a typed number means the same. */
export const withChoices = (text: string): Required<Pick<CommandAnswer, 'text' | 'menu' | 'asks'>> => ({
  text,
  menu: {
    items: offered().map(({ id, usage }, index) => ({ id, label: `${index + 1} ${usage}` })),
    tail: '不想再收到消息，回复「退订」。',
  },
  asks: { kind: 'menu', commands: offered().map(({ id }) => id) },
});

/** The command of a typed number; null when the text is no number of the menu, or its command is gone. */
export function chosenByNumber(text: string, question: Question | null): MemberCommand | null {
  const number = question?.kind === 'menu' ? ordinalIn(text) : null;
  if (number === null || question?.kind !== 'menu') return null;
  return commandById(question.commands[number - 1] ?? '') ?? null;
}
