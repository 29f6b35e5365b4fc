import { answerTask, taskAnswers } from '../engine/answer-task.js';
import type { Engine } from '../engine/engine.js';
import { stores } from '../engine/stores.js';
import type { Database } from '../platform/database/database.js';
import type { StoredRequest } from './command-request.store.js';
import type { CommandAnswer } from './command.js';

/** The number of the task in the name of its card. */
const taskIn = (taskId: string): number | null => {
  const number = /^qunjie-(\d{1,15})-/u.exec(taskId)?.[1];
  return number === undefined ? null : Number(number);
};

/** A button was pressed on the card of a task. Who is neither an operator nor its addressee gets no answer. */
export async function pressCard(
  request: StoredRequest,
  { db, engine, isOperator }: { readonly db: Database; readonly engine: Engine; readonly isOperator: boolean },
): Promise<CommandAnswer | null> {
  const { from, replyTo } = request;
  if (replyTo.kind !== 'card' || from.kind !== 'staff') return null;
  const number = taskIn(replyTo.taskId);
  const answer = taskAnswers.find((known) => request.text === known || request.text.startsWith(`${known} `));
  const task = number === null ? null : await stores.tasks.byId(db.read, number);
  if (task === null || answer === undefined) return null;
  if (!isOperator && task.staff.toLowerCase() !== from.staff.toLowerCase()) return null;
  const on = await engine.circumstances();
  return {
    text: '已处理',
    write: async (tx, now) =>
      (await answerTask(tx, { task: task.id, answer, by: from.staff, isOperator }, on, now)).mark,
  };
}
