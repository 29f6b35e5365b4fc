import { cardKey } from '../domain/action-keys.js';
import { isSameUserid } from '../domain/userid.js';
import { answerTask, taskAnswers } from '../engine/answer-task.js';
import type { Engine } from '../engine/engine.js';
import { handedOverMark } from '../features/tasks/task-cards.js';
import { taskStore } from '../features/tasks/task.store.js';
import { outboxStore } from '../outbox/outbox.store.js';
import type { Database } from '../platform/database/database.js';
import type { StoredRequest } from '../inbox/command-request.store.js';
import type { CommandAnswer } from './command.js';

/** Reads a card's id: its task, and the outbox key of the card. */
const parseCardId = (taskId: string): { readonly task: number; readonly key: string } | null => {
  const [, number, madeAt] = /^qunjie-(\d{1,15})-([0-9a-z]{1,11})$/u.exec(taskId) ?? [];
  if (number === undefined || madeAt === undefined) return null;
  return { task: Number(number), key: cardKey(Number(number), parseInt(madeAt, 36)) };
};

/**
 * A button was pressed on the card of a task. Its assignee and operators may answer the task; somebody whom the card was sent
 * to gets the name of whoever has the task now; anybody else gets no answer.
 */
export async function pressCard(
  request: StoredRequest,
  { db, engine, isOperator }: { readonly db: Database; readonly engine: Engine; readonly isOperator: boolean },
): Promise<CommandAnswer | null> {
  const { from, replyTo } = request;
  if (replyTo.kind !== 'card' || from.kind !== 'staff') return null;
  const card = parseCardId(replyTo.taskId);
  const answer = taskAnswers.find((known) => request.text === known || request.text.startsWith(`${known} `));
  if (card === null || answer === undefined) return null;
  const task = await taskStore.byId(db.read, card.task);
  if (task === null) return null;
  const wasPressedBy = (staff: string): boolean => isSameUserid(staff, from.staff);
  if (!isOperator && !wasPressedBy(task.staff)) {
    const sent = await outboxStore.actionOf(db.read, card.key);
    return sent?.kind === 'staff_card' && sent.staff.some(wasPressedBy)
      ? { text: task.isOpen ? handedOverMark(task.staff) : '已处理' }
      : null;
  }
  const context = await engine.context();
  return {
    text: '已处理',
    write: async (tx, now) =>
      (await answerTask({ tx, context, now }, { task: task.id, answer, by: from.staff, isOperator })).mark,
  };
}
