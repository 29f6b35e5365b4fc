import { READ_AFTER_MS } from '../../domain/read-lag.js';
import { cardKey, closeCardKey, deniedKey, readForTaskKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionOf } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { dayOf, HOUR_MS, isoDay, minuteOfDay } from '../../domain/day.js';
import type { GroupId } from '../../domain/ids.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { taskAnswerLabels, taskLabels, type TaskKind } from '../../domain/task-kind.js';
import { isSameUserid } from '../../domain/userid.js';
import { isQuiet } from '../../domain/sending/send-policy.js';
import { type NewTask, type StoredTask, taskStore } from './task.store.js';
import { type NewOutboxRow, outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

export const TASKS_AT_ONCE = 100;
/** Of a response code (contract §3.5). */
const CODE_LIVES_MS = 72 * HOUR_MS;
const GROUP_IS_READ_MS = 3 * 60_000;
const GROUP_IS_MADE_MS = HOUR_MS;
const OVERDUE = '已过期限，还没有做：';

/** It was said to be done so often and was not: the operators see to it, too. */
const ESCALATES_AT = 2;
/** Until then it is looked whether it is done; a group that cannot be read is asked about again. */
const CHECK_ENDS_MS = 6 * HOUR_MS;

const titleOf = (kind: TaskKind): string =>
  kind === 'approve_move' ? taskLabels[kind].zh : `待办：${taskLabels[kind].zh}`;

const button = (key: keyof typeof taskAnswerLabels) => ({ key, label: taskAnswerLabels[key].zh });

/** What the card of a task may be answered with. */
export const buttonsOf = (kind: NewTask['kind']): ActionOf<'staff_card'>['buttons'] =>
  kind === 'approve_move' ? [button('approve'), button('refuse')] : [button('done'), button('snooze')];

/** How long after it was said to be done it is looked at, and as often again until the group has been read. */
export const lookAfterMs = ({ group }: Pick<StoredTask, 'group'>): number =>
  group === null ? GROUP_IS_MADE_MS : GROUP_IS_READ_MS;

const notDone: Readonly<Record<TaskKind, string>> = {
  approve_move: '',
  member_reply: '',
  remove_from_group: '核对过了：TA 仍在群里，还没有完成。',
  pool_low: '还没看到新群，请核对群名。',
  pool_full: '还没看到新群，请核对群名。',
  no_pool: '还没看到新群，请核对群名。',
  owner_left: '看到群主还没有换，请再看一下。',
};
const UNSEEN = '没能读到群里的情况，请再看一下。';

/** Its card did not reach the one it is for. */
const isUnreached = ({ staff, unreached }: Pick<StoredTask, 'staff' | 'unreached'>): boolean =>
  unreached !== null && isSameUserid(staff, unreached);

/**
 * Whom a task is for: one member of staff, or, where none is named, every operator. What was said to be done twice in
 * vain, and what the one cannot be told of, is for all of them.
 */
export function addresseesOf(
  task: Pick<StoredTask, 'staff' | 'denied' | 'unreached'>,
  operators: readonly string[],
): readonly string[] {
  const { staff, denied } = task;
  if (staff === '') return operators;
  if (denied < ESCALATES_AT && !isUnreached(task)) return [staff];
  return [staff, ...operators.filter((operator) => !isSameUserid(operator, staff))];
}

/** What a card shows beside its words. */
function factsOf(task: StoredTask, { timeZone }: Pick<Context, 'timeZone'>): CardFacts {
  return [
    { name: '编号', value: String(task.id) },
    ...(task.staff === '' ? [] : [{ name: '负责人', value: task.staff }]),
    ...(task.dueAt === null ? [] : [{ name: '截止', value: momentWords(task.dueAt, timeZone) }]),
  ];
}

/** The member's own page, or the list of tasks; none where nobody said under which address the console is reached. */
function linkOf(task: StoredTask, { consoleUrl }: Pick<Context, 'consoleUrl'>): { readonly link?: string } {
  if (consoleUrl === undefined) return {};
  return { link: `${consoleUrl}${task.member === null ? '/tasks' : `/members/${task.member}`}` };
}

type CardFacts = NonNullable<ActionOf<'staff_card'>['facts']>;

/** `3月5日 18:00` */
function momentWords(at: number, timeZone: string): string {
  const [, month, day] = isoDay(dayOf(at, timeZone)).split('-');
  const minute = minuteOfDay(at, timeZone);
  const time = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return `${Number(month)}月${Number(day)}日 ${time}`;
}

/** What a reader who is not the one it is for has to know. */
export const insteadOf = (task: Pick<StoredTask, 'staff' | 'unreached'>): string =>
  isUnreached(task) ? `${task.staff} 收不到应用消息，请代为处理：` : '';
/** None of it is urgent enough to wake anybody: what comes up at night is told in the morning, if it is not over by then. */
export const maySpeak = (
  { ruleset, timeZone }: { readonly ruleset: Pick<Ruleset, 'sending'>; readonly timeZone: string },
  now: number,
): boolean => !isQuiet(now, ruleset.sending, timeZone);

/**
 * Tasks that are new, snoozed until now, overdue since now, or said to be done and not seen to be: each gets its card.
 * Cards of tasks that are over lose their buttons. What is planned and that it was is one transaction, so that a card
 * comes once.
 */
export async function tellTasks(
  { tx, context, now }: Run,
  operators: readonly string[],
  only?: number,
): Promise<number> {
  const isAsked = ({ id }: StoredTask): boolean => only === undefined || id === only;
  const due = maySpeak(context, now) ? (await taskStore.due(tx, now, TASKS_AT_ONCE)).filter(isAsked) : [];
  const cards = context.abilities.has('staff_card');
  const planned: NewOutboxRow[] = [];
  for (const found of due) {
    let task = found;
    let finding = '';
    if (found.answeredBy !== null) {
      const look = await lookWhether(tx, found, now);
      if (look === 'wait') {
        await taskStore.wait(tx, found.id, now + lookAfterMs(found), found.answeredBy);
        continue;
      }
      await taskStore.deny(tx, found.id);
      task = { ...found, answeredBy: null, answeredAt: null, denied: found.denied + 1 };
      finding = `${look === 'unseen' ? UNSEEN : notDone[found.kind]}${task.denied >= ESCALATES_AT ? `已经 ${task.denied} 次说做好了，同时请运营看一下。` : ''}`;
      planned.push(...tellClaimant(found.answeredBy, task, finding, operators, context, now));
    }
    const isOverdue = task.dueAt !== null && task.dueAt <= now;
    // Who does not see to it in time is reminded, once. What is not approved in time is over by then.
    await taskStore.wait(tx, task.id, isOverdue || task.kind === 'approve_move' ? null : task.dueAt, null);
    const staff = addresseesOf(task, operators);
    if (!cards || staff.length === 0) continue;
    const at = await freeMoment(tx, task.id, now);
    planned.push({
      key: cardKey(task.id, at),
      action: {
        kind: 'staff_card',
        task: task.id,
        taskId: `qunjie-${task.id}-${at.toString(36)}`,
        staff,
        title: titleOf(task.kind),
        text: `${insteadOf(task)}${finding === '' && isOverdue ? OVERDUE : finding}${task.text}`,
        facts: factsOf(task, context),
        ...linkOf(task, context),
        buttons: buttonsOf(task.kind),
      },
      ...(task.member === null ? {} : { member: task.member }),
      ...(task.group === null ? {} : { group: task.group }),
      notBefore: now,
      priority: priorities.taskCard,
    });
  }
  const over = (await taskStore.cardsLeft(tx, TASKS_AT_ONCE)).filter(isAsked);
  for (const task of over) {
    await taskStore.cardSent(tx, task.id, null, now);
    const staff = addresseesOf(task, operators);
    const by = task.answeredBy === null ? '' : ` · ${task.answeredBy}`;
    planned.push(...closing(task, staff, `${task.state === 'cancelled' ? '已失效' : '已处理'}${by}`, context, now));
  }
  await outboxStore.enqueue(tx, planned, now);
  return due.length + over.length;
}

/** A clock that is pushed stands still meanwhile, and one card must not be taken for another. */
async function freeMoment(tx: Sql, task: number, now: number): Promise<number> {
  let at = now;
  while ((await outboxStore.actionOf(tx, cardKey(task, at))) !== null) at += 1;
  return at;
}

/** Open tasks as they were before they went to somebody else, or were worded anew: the cards that are out are dead. */
export async function closeFormerCards(
  tx: Sql,
  former: readonly StoredTask[],
  to: string,
  context: Pick<Context, 'abilities'>,
  now: number,
): Promise<void> {
  const planned = former.flatMap((task) =>
    closing(task, [task.staff], task.staff === to ? '请看新的卡片' : handedOn(to), context, now),
  );
  for (const { id } of former) await taskStore.cardSent(tx, id, null, now);
  await outboxStore.enqueue(tx, planned, now);
}

/** Of those a card was planned for, whom it still concerns: nobody is called for what is over by now, or is somebody else's. */
export function stillAddressed(
  { staff }: Pick<ActionOf<'staff_card'>, 'staff'>,
  task: StoredTask | null,
  operators: readonly string[],
): readonly string[] {
  return task?.isOpen ? staff.filter((one) => addresseesOf(task, operators).includes(one)) : [];
}

/** What became of a card: WeCom's code for it, and whom it named as not reached, in lower case. */
export interface CardOutcome {
  readonly code: string | null;
  readonly unreached: readonly string[];
}

/** A card is out. Where its task went to somebody else while it was on its way, it is dead at once. */
export async function cardSent(
  tx: Sql,
  action: ActionOf<'staff_card'>,
  { code, unreached }: CardOutcome,
  context: { readonly operators: readonly string[]; readonly abilities: Context['abilities'] },
  now: number,
): Promise<void> {
  const task = await taskStore.byId(tx, action.task);
  if (task?.isOpen && code !== null && stillAddressed(action, task, context.operators).length === 0) {
    const planned = closing({ id: task.id, card: { code, at: now } }, action.staff, handedOn(task.staff), context, now);
    await outboxStore.enqueue(tx, planned, now);
    return;
  }
  await taskStore.cardSent(tx, action.task, code, now);
  const isNamed = (staff: string): boolean => unreached.some((one) => isSameUserid(one, staff));
  if (task && action.staff.some((staff) => isSameUserid(staff, task.staff)) && isNamed(task.staff))
    await askOperators(tx, task);
}

/** WeCom took the card for nobody. */
export async function cardRefused(tx: Sql, action: ActionOf<'staff_card'>): Promise<void> {
  const task = await taskStore.byId(tx, action.task);
  if (task && action.staff.some((staff) => isSameUserid(staff, task.staff))) await askOperators(tx, task);
}

/** Once for each whom it is for: an operator who cannot be told either is told by the list of tasks. */
async function askOperators(tx: Sql, task: StoredTask): Promise<void> {
  if (task.isOpen && task.staff !== '' && !isUnreached(task)) await taskStore.notReached(tx, task.id, task.staff);
}

/** What a card says to whom its task is no longer for. */
export const handedOn = (to: string): string => `已交给 ${to === '' ? '运营同事' : to}`;

function closing(
  { id, card }: Pick<StoredTask, 'id' | 'card'>,
  staff: readonly string[],
  mark: string,
  context: Pick<Context, 'abilities'>,
  now: number,
): NewOutboxRow[] {
  const isDead = card === null || card.at < now - CODE_LIVES_MS;
  if (isDead || staff.length === 0 || staff.includes('') || !context.abilities.has('close_card')) return [];
  return [
    {
      key: closeCardKey(id, card.code),
      action: { kind: 'close_card', staff, responseCode: card.code, mark },
      notBefore: now,
      expiresAt: card.at + CODE_LIVES_MS,
      priority: priorities.taskCard,
    },
  ];
}

/** What can be seen of a task that somebody said is done. Where nothing can be read, time has to do. */
async function lookWhether(tx: Sql, task: StoredTask, now: number): Promise<'not_done' | 'unseen' | 'wait'> {
  const group = await taskStore.groupOf(tx, task.id);
  if (!group || task.answeredAt === null || group.readAt > task.answeredAt) return 'not_done';
  if (now - task.answeredAt >= CHECK_ENDS_MS) return 'unseen';
  // The first read may have failed. The chat account reads its rooms by itself.
  if (group.chatId !== null) await readGroupOf(tx, task.id, { id: group.id, chatId: group.chatId }, now);
  return 'wait';
}

/** A group is read to see whether a task about it is done. */
export async function readGroupOf(
  tx: Sql,
  task: number,
  group: { readonly id: GroupId; readonly chatId: string },
  now: number,
): Promise<void> {
  await outboxStore.enqueue(
    tx,
    [
      {
        key: readForTaskKey(task, now),
        action: { kind: 'read_group', chatId: group.chatId },
        group: group.id,
        notBefore: now + READ_AFTER_MS,
        priority: priorities.readForTask,
      },
    ],
    now,
  );
}

/** Who said that it is done hears that it is not, where the task's new card goes to somebody else. */
function tellClaimant(
  by: string,
  task: StoredTask,
  finding: string,
  operators: readonly string[],
  context: Pick<Context, 'abilities'>,
  now: number,
): NewOutboxRow[] {
  const isAddressee = addresseesOf(task, operators).some((staff) => isSameUserid(staff, by));
  // An admin of the console has no chat with us; they see it there.
  const isStaff = operators.some((operator) => isSameUserid(operator, by));
  if (isAddressee || !isStaff || !context.abilities.has('notify_staff')) return [];
  const text = `待办 ${task.id}：${finding}${task.text}`;
  return [
    {
      key: deniedKey(task.id, now),
      action: { kind: 'notify_staff', staff: [by], text },
      notBefore: now,
      priority: priorities.taskCard,
    },
  ];
}
