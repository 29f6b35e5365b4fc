import { auditStore } from '../features/audit/audit.store.js';
import { isForApproval } from '../domain/task-kind.js';
import { brakeStore } from './brakes/brake.store.js';
import { assertNever } from '../domain/assert-never.js';
import { HOUR_MS } from '../domain/day.js';
import { isSameUserid } from '../domain/userid.js';
import { inStaffHours } from '../domain/sending/mass-send-policy.js';
import { groupStore } from '../features/groups/group.store.js';
import { memberQuestionStore } from '../features/tasks/member-question.store.js';
import { type StoredTask, taskStore } from '../features/tasks/task.store.js';
import { approveMove, refuseMove } from '../features/moves/approve-move.js';
import { moveStore } from '../features/moves/move.store.js';
import { isClosed } from '../domain/moves/move.js';
import type { MoveId } from '../domain/ids.js';
import type { Run } from '../features/run.js';
import { loadEvaluations } from './load-evaluations.js';
import { answerReview } from './template-review.js';
import { sendInvitation } from './send-invitation.js';
import { sendStaffAnswer, type AnswerWay } from '../features/service/staff-answers.js';
import { buttonsOf, checkAfterMs, readGroupOf } from '../features/tasks/task-cards.js';

export const taskAnswers = ['done', 'snooze', 'approve', 'refuse'] as const;
export type TaskAnswer = (typeof taskAnswers)[number];

export interface GivenAnswer {
  readonly task: number;
  readonly answer: TaskAnswer;
  /** With `done` of a member's message: the answer, which goes to the member. */
  readonly words?: string | undefined;
  /** The userid of staff, or the name of an admin. */
  readonly by: string;
  /** An operator may answer every task, others only their own. */
  readonly isOperator: boolean;
}

export interface TaskReply {
  readonly outcome: 'taken' | 'already' | 'no_such_task' | 'not_yours' | 'not_fitting';
  /** The reply to whoever answered. */
  readonly words: string;
  /** The text that replaces the buttons of the card. */
  readonly mark: string;
}

const SNOOZE_MS = 4 * HOUR_MS;

/** The answers that a task accepts now: the buttons of its card without those that were used already. */
export function answersTo(
  { kind, isOpen, answeredBy, snoozedUntil }: Pick<StoredTask, 'kind' | 'isOpen' | 'answeredBy' | 'snoozedUntil'>,
  now: number,
): readonly TaskAnswer[] {
  if (!isOpen) return [];
  const offered = new Set(buttonsOf(kind).map(({ key }) => key));
  const isSnoozed = snoozedUntil !== null && snoozedUntil > now;
  return taskAnswers.filter(
    (answer) =>
      offered.has(answer) && !(answer === 'done' && answeredBy !== null) && !(answer === 'snooze' && isSnoozed),
  );
}

const reply = (outcome: TaskReply['outcome'], words: string, mark: string): TaskReply => ({ outcome, words, mark });

/** Applies an answer that came by a card, a typed command or the console. A repeated answer changes nothing. */
export async function answerTask(run: Run, given: GivenAnswer): Promise<TaskReply> {
  const { task: id, answer, by, isOperator } = given;
  const { tx, now } = run;
  const task = await taskStore.byId(tx, id);
  if (!task) return reply('no_such_task', `没有编号 ${id} 的待办。`, '已失效');
  const isTheirs = isSameUserid(task.staff, by) && !isForApproval(task.kind);
  if (!isOperator && !isTheirs) return reply('not_yours', `待办 ${id} 不是派给你的。`, '仅限本人处理');
  if (!task.isOpen) {
    const who = task.answeredBy === null ? '' : ` · ${task.answeredBy}`;
    return reply('already', `待办 ${id} 已经处理过了${who}。`, `已处理${who}`);
  }
  if (!buttonsOf(task.kind).some(({ key }) => key === answer))
    return reply('not_fitting', `待办 ${id} 不能这样回复，发送「待办」看全部。`, '请发送「待办」');
  const applied = await applyAnswer(run, task, given);
  if (applied.outcome === 'taken')
    await auditStore.append(tx, { who: by, what: `task_${answer}`, detail: { task: id } }, now);
  return applied;
}

async function applyAnswer(run: Run, task: StoredTask, { answer, by, words }: GivenAnswer): Promise<TaskReply> {
  const { tx, context, now } = run;
  switch (answer) {
    case 'done':
      return recordDone(run, task, { by, words: words?.trim() ?? '' });
    case 'snooze': {
      if (task.snoozedUntil !== null && task.snoozedUntil > now)
        return reply('already', `待办 ${task.id} 已经推迟过，到时再提醒。`, `稍后提醒 · ${by}`);
      const until = inStaffHours(now + SNOOZE_MS, context.ruleset.massSends, context.timeZone);
      await taskStore.postpone(tx, task.id, until, null);
      await taskStore.recordCard(tx, task.id, null, now);
      return reply('taken', `好的，待办 ${task.id} 稍后再提醒。`, `稍后提醒 · ${by}`);
    }
    case 'approve': {
      if (task.kind === 'large_run') return answerLargeRun(run, task, { state: 'allowed', by });
      if (task.kind === 'review_template') return answerTemplate(run, task, { isApproved: true, by });
      const approved = task.move === null ? 'gone' : await approve(run, task.move);
      await taskStore.closeAnswered(tx, task.id, { state: approved === 'gone' ? 'cancelled' : 'done', by, at: now });
      switch (approved) {
        case 'invited':
          return reply('taken', `已同意，邀请会照常发出。`, `已同意 · ${by}`);
        case 'not_sent':
          return reply('taken', `已同意，但现在没有办法通知这位成员，这次没有发出邀请。`, `已同意，没有发出 · ${by}`);
        case 'gone':
          return reply('already', `这次换群已经不需要了。`, '已失效');
        default:
          return assertNever(approved);
      }
    }
    case 'refuse': {
      if (task.kind === 'large_run') return answerLargeRun(run, task, { state: 'refused', by });
      if (task.kind === 'review_template') return answerTemplate(run, task, { isApproved: false, by });
      const refused = task.move !== null && (await refuseMove(tx, task.move, now));
      await taskStore.closeAnswered(tx, task.id, { state: refused ? 'done' : 'cancelled', by, at: now });
      return refused
        ? reply('taken', `已拒绝，这次不换群。`, `未同意 · ${by}`)
        : reply('already', `这次换群已经不需要了。`, '已失效');
    }
    default:
      return assertNever(answer);
  }
}

/** The review goes on within a minute of a yes. After a no everything stays as it is until other rules are published. */
async function answerLargeRun(
  { tx, now }: Run,
  { id }: StoredTask,
  { state, by }: { readonly state: 'allowed' | 'refused'; readonly by: string },
): Promise<TaskReply> {
  const isWaiting = await brakeStore.decide(tx, id, { state, by }, now);
  await taskStore.closeAnswered(tx, id, { state: isWaiting ? 'done' : 'cancelled', by, at: now });
  if (!isWaiting) return reply('already', '这次改动已经不需要确认了。', '已失效');
  return state === 'allowed'
    ? reply('taken', '已同意，一分钟内开始执行。', `已同意 · ${by}`)
    : reply('taken', '已记下：这次不执行，大家的层级不变。要撤回规则，请在控制台恢复上一版。', `未同意 · ${by}`);
}

/** The approved text is sent from now on. Whoever wrote it cannot approve it, and the task stays open for the others. */
async function answerTemplate(
  run: Run,
  { id }: StoredTask,
  answer: { readonly isApproved: boolean; readonly by: string },
): Promise<TaskReply> {
  const outcome = await answerReview(run, id, answer);
  const { by } = answer;
  const close = (state: 'done' | 'cancelled') => taskStore.closeAnswered(run.tx, id, { state, by, at: run.now });
  switch (outcome.kind) {
    case 'own':
      return reply('not_fitting', '这是你自己写的，要别人来看。', '要别人来看');
    case 'broken':
      return reply('not_fitting', '规则改过，这份草稿现在用不了了，请作者改好再交。', '草稿要改');
    case 'gone':
      await close('cancelled');
      return reply('already', '这份草稿已经不用看了。', '已失效');
    case 'live':
      await close('done');
      return reply('taken', `已同意，第 ${outcome.version} 版从现在起用上。`, `已同意 · ${by}`);
    case 'refused':
      await close('done');
      return reply('taken', '已退回，原来的版本照常用。', `未同意 · ${by}`);
    default:
      return assertNever(outcome);
  }
}

/** `not_sent`: no channel reaches the member now, and the move has ended. `gone`: the move is not needed any more. */
async function approve(run: Run, id: MoveId): Promise<'invited' | 'not_sent' | 'gone'> {
  const { tx, context, now } = run;
  const [move] = await moveStore.byIds(tx, [id]);
  if (!move) return 'gone';
  const [evaluation] = await loadEvaluations(tx, [move.member], context, now);
  const invitation = await approveMove(run, move, evaluation);
  if (invitation === 'gone') return 'gone';
  if (invitation === null) return 'invited';
  await sendInvitation(run, invitation, evaluation);
  const [after] = await moveStore.byIds(tx, [id]);
  return after && !isClosed(after.state) ? 'invited' : 'not_sent';
}

/**
 * Notes that staff report a task as done. The task closes only when the product sees the result: the member has left, the
 * group has another owner, or the new group is there.
 */
async function recordDone(
  run: Run,
  task: StoredTask,
  { by, words }: { readonly by: string; readonly words: string },
): Promise<TaskReply> {
  const { tx, now } = run;
  if (task.answeredBy !== null)
    return reply('already', `待办 ${task.id} 已经记下，正在核对。`, `已处理 · ${task.answeredBy}`);
  if (task.kind === 'member_reply') return answerMember(run, task, { by, words });
  await taskStore.recordClaim(tx, task.id, { by, at: now, checkAt: now + checkAfterMs(task) });
  await taskStore.recordCard(tx, task.id, null, now);
  const group = task.group === null ? undefined : await groupStore.byId(tx, task.group);
  if (group?.chatId) await readGroupOf(tx, task.id, { id: group.id, chatId: group.chatId }, now);
  const what = group ? '正在核对群里的情况，确认后' : '看到新群后';
  return reply('taken', `收到，${what}待办 ${task.id} 自动完成。`, `已处理 · ${by}`);
}

/**
 * The product cannot see whether somebody has written back, so the report alone closes the task. Words go to the member; the
 * task stays open when nothing can carry them, and staff read what to do.
 */
async function answerMember(
  run: Run,
  { id, member }: StoredTask,
  { by, words }: { readonly by: string; readonly words: string },
): Promise<TaskReply> {
  const { tx, now } = run;
  const close = () => taskStore.closeAnswered(tx, id, { state: 'done', by, at: now });
  if (member === null || words === '') {
    await close();
    return reply('taken', `收到，待办 ${id} 完成了。`, `已回复 · ${by}`);
  }
  const answered = await sendStaffAnswer(run, { task: id, member, words });
  if (answered.way === 'unreachable')
    return reply(
      'not_fitting',
      `这段话到不了 TA，待办 ${id} 还没有完成：${answered.why}，也没有 TA 能打开的会员页面。请在企业微信里直接回复 TA，再发「完成 ${id}」。`,
      '没有发出，请直接回复',
    );
  await close();
  await memberQuestionStore.answer(tx, member, { task: id, words, by, at: now });
  return reply('taken', `收到，待办 ${id} 完成了。${whereItIs(answered)}`, `已回复 · ${by}`);
}

const whereItIs = (answered: Exclude<AnswerWay, { way: 'unreachable' }>): string =>
  answered.way === 'kf'
    ? `回答通过微信客服发给 TA${answered.hasPage ? '，TA 的页面上也有' : ''}；没送到会再告诉你。`
    : `回答放在 TA 自己的页面上，等 TA 来看；微信客服没有发：${answered.why}。急的话，请在企业微信里直接回复 TA。`;
