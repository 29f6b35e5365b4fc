import { isForApproval } from '../domain/task-kind.js';
import { answerTask, type TaskAnswer } from '../engine/answer-task.js';
import { withoutReplyWords } from '../features/tasks/member-replies.js';
import { unreachedNote } from '../features/tasks/task-cards.js';
import { taskStore } from '../features/tasks/task.store.js';
import type { Command, Invocation } from './command.js';
import { bare, folded } from './plain-words.js';

const MOST_LISTED = 10;

const staffOf = ({ request }: Invocation): string => (request.from.kind === 'staff' ? request.from.staff : '');

/** Lists open tasks: those of the asker, or everybody's for an operator. */
export const tasksCommand: Command = {
  words: ['待办', 'tasks', 'todo'],
  role: 'staff',
  usage: '待办',
  does: '看还没处理的待办',
  needsArgument: false,
  async run(invocation) {
    const { db, isOperator } = invocation;
    const open = await taskStore.open(db.read, isOperator ? null : staffOf(invocation), MOST_LISTED + 1);
    if (open.length === 0) return { text: '没有待办。' };
    const lines = open.slice(0, MOST_LISTED).map((task) => {
      const ways = isForApproval(task.kind)
        ? `同意 ${task.id} / 不同意 ${task.id}`
        : `完成 ${task.id} / 稍后 ${task.id}`;
      // Answers are stored, so a member's words are left out; the card and the console show them.
      const text = task.kind === 'member_reply' ? withoutReplyWords(task.text) : task.text;
      return `${task.id}. ${unreachedNote(task)}${text}\n   回复「${ways}」`;
    });
    return { text: [...lines, ...(open.length > MOST_LISTED ? ['……处理后再发「待办」看其余的。'] : [])].join('\n') };
  },
};

/** `12`, `待办 #12。`, `12 明天给你补发`. The words keep their case and width. */
function numberAndWords(argument: string): { readonly number: number | null; readonly words: string } {
  const whole = /^(?:待办)?\s?#?\s?(\d{1,15})号?$/u.exec(bare(folded(argument)))?.[1];
  if (whole !== undefined) return { number: Number(whole), words: '' };
  const [, digits, words = ''] = /^(?:待办)?\s?[#＃]?\s?(\d{1,15})号?[\s:：,，]+(.+)$/su.exec(argument) ?? [];
  return { number: digits === undefined ? null : Number(digits), words };
}

const answerCommand = (
  [word, ...others]: readonly [string, ...string[]],
  role: Command['role'],
  answer: TaskAnswer,
  does: string,
): Command => ({
  words: [word, ...others],
  role,
  usage: `${word} <待办编号>`,
  does,
  needsArgument: true,
  async run(invocation) {
    const { number, words } = numberAndWords(invocation.argument);
    if (number === null) return { text: `写上待办编号，比如「${word} 12」。发送「待办」看编号。` };
    const context = await invocation.engine.context();
    return {
      text: '',
      write: async (tx, now) =>
        (
          await answerTask(
            { tx, context, now },
            { task: number, answer, words, by: staffOf(invocation), isOperator: invocation.isOperator },
          )
        ).words,
    };
  },
});

export const doneCommand = answerCommand(['完成', 'done'], 'staff', 'done', '待办做完了');
export const snoozeCommand = answerCommand(['稍后', 'later', 'snooze'], 'staff', 'snooze', '过几个小时再提醒');
export const approveCommand = answerCommand(['同意', 'approve'], 'operator', 'approve', '同意一次换群');
export const refuseCommand = answerCommand(
  ['不同意', '拒绝', 'refuse', 'reject'],
  'operator',
  'refuse',
  '不同意一次换群',
);
