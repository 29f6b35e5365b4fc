import { READ_AFTER_MS } from '../../domain/read-lag.js';
import { cardKey, closeCardKey, deniedKey, readForTaskKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionOf } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { clockText, dayOf, HOUR_MS, isoDay, MINUTE_MS, minuteOfDay } from '../../domain/day.js';
import type { GroupId } from '../../domain/ids.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { isForApproval, taskAnswerLabels, taskLabels, type TaskKind } from '../../domain/task-kind.js';
import { isSameUserid } from '../../domain/userid.js';
import { isQuiet } from '../../domain/sending/send-policy.js';
import { type NewTask, type StoredTask, taskStore } from './task.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

export const TASK_BATCH_SIZE = 100;
/** How long WeCom accepts a card's response code (contract §3.5). */
const RESPONSE_CODE_VALID_MS = 72 * HOUR_MS;
/** How long a read of a group usually takes at most. */
const GROUP_READ_MS = 3 * MINUTE_MS;
/** How long somebody gets to make a new group. */
const GROUP_CREATION_MS = HOUR_MS;
const OVERDUE = '已过期限，还没有做：';

/** After so many false claims that it is done, the task goes to the operators as well. */
const ESCALATES_AT_DENIALS = 2;
/** How long a claim is checked. After that the task is sent again, even when its group could not be read. */
const CHECK_ENDS_MS = 6 * HOUR_MS;

const titleOf = (kind: TaskKind): string =>
  isForApproval(kind) ? taskLabels[kind].zh : `待办：${taskLabels[kind].zh}`;

const button = (key: keyof typeof taskAnswerLabels) => ({ key, label: taskAnswerLabels[key].zh });

/** The buttons on the card of a task: the answers it allows. */
export const buttonsOf = (kind: NewTask['kind']): ActionOf<'staff_card'>['buttons'] =>
  isForApproval(kind) ? [button('approve'), button('refuse')] : [button('done'), button('snooze')];

/** How long to wait after a claim that the task is done before checking it, and between two checks. */
export const checkAfterMs = ({ group }: Pick<StoredTask, 'group'>): number =>
  group === null ? GROUP_CREATION_MS : GROUP_READ_MS;

const notDoneWords: Readonly<Record<TaskKind, string>> = {
  approve_move: '',
  large_run: '',
  review_template: '',
  member_reply: '',
  remove_from_group: '核对过了：TA 仍在群里，还没有完成。',
  remove_silent: '核对过了：TA 仍在群里，还没有完成。',
  pool_low: '还没看到新群，请核对群名。',
  pool_full: '还没看到新群，请核对群名。',
  no_pool: '还没看到新群，请核对群名。',
  owner_left: '看到群主还没有换，请再看一下。',
};
const UNVERIFIED = '没能读到群里的情况，请再看一下。';

/** The card did not reach the task's assignee. */
const isUnreached = ({ staff, unreached }: Pick<StoredTask, 'staff' | 'unreached'>): boolean =>
  unreached !== null && isSameUserid(staff, unreached);

/**
 * Who gets the task's card: its assignee, or every operator when it has none. Assignee and operators when the assignee
 * cannot be reached, or when the task was twice claimed to be done and was not.
 */
export function addresseesOf(
  task: Pick<StoredTask, 'staff' | 'denied' | 'unreached'>,
  operators: readonly string[],
): readonly string[] {
  const { staff, denied } = task;
  if (staff === '') return operators;
  if (denied < ESCALATES_AT_DENIALS && !isUnreached(task)) return [staff];
  return [staff, ...operators.filter((operator) => !isSameUserid(operator, staff))];
}

/** The labelled values that a card shows beside its text. */
function cardFactsOf(task: StoredTask, { timeZone }: Pick<Context, 'timeZone'>): CardFacts {
  return [
    { name: '编号', value: String(task.id) },
    ...(task.staff === '' ? [] : [{ name: '负责人', value: task.staff }]),
    ...(task.dueAt === null ? [] : [{ name: '截止', value: momentWords(task.dueAt, timeZone) }]),
  ];
}

/** The console page of the member, or the list of tasks; no link when the console's address is not configured. */
function linkOf(task: StoredTask, { consoleUrl }: Pick<Context, 'consoleUrl'>): { readonly link?: string } {
  if (consoleUrl === undefined) return {};
  return { link: `${consoleUrl}${task.member === null ? '/tasks' : `/members/${task.member}`}` };
}

type CardFacts = NonNullable<ActionOf<'staff_card'>['facts']>;

/** `3月5日 18:00` */
function momentWords(at: number, timeZone: string): string {
  const [, month, day] = isoDay(dayOf(at, timeZone)).split('-');
  return `${Number(month)}月${Number(day)}日 ${clockText(minuteOfDay(at, timeZone))}`;
}

/** Tells a reader who stands in for the assignee that the assignee cannot be reached; else empty. */
export const unreachedNote = (task: Pick<StoredTask, 'staff' | 'unreached'>): string =>
  isUnreached(task) ? `${task.staff} 收不到应用消息，请代为处理：` : '';

/** Tasks never wake anybody: a card that becomes due in the quiet hours is sent in the morning, if the task is still open. */
export const maySendCards = (
  { ruleset, timeZone }: { readonly ruleset: Pick<Ruleset, 'sending'>; readonly timeZone: string },
  now: number,
): boolean => !isQuiet(now, ruleset.sending, timeZone);

/** Whether a task is also sent to its assignee as a text message: only where no card can be sent. */
export const sendsTasksAsText = ({ abilities }: Pick<Context, 'abilities'>): boolean =>
  abilities.has('notify_staff') && !abilities.has('staff_card');

/**
 * Sends a card for every task that is new, whose snooze is over, that is overdue, or that was claimed to be done and is not;
 * removes the buttons from the cards of closed tasks. `only`: the id of the one task to consider. Enqueueing the card and
 * recording it are one transaction, so that a card is sent once. Returns the number of tasks that were considered.
 */
export async function sendTaskCards(run: Run, only?: number): Promise<number> {
  const { tx, context, now } = run;
  const isAsked = ({ id }: StoredTask): boolean => only === undefined || id === only;
  const due = maySendCards(context, now) ? (await taskStore.due(tx, now, TASK_BATCH_SIZE)).filter(isAsked) : [];
  const rows: NewOutboxRow[] = [];
  for (const task of due) rows.push(...(await dueTaskRows(run, task)));
  const closed = (await taskStore.closedWithCard(tx, TASK_BATCH_SIZE)).filter(isAsked);
  for (const task of closed) {
    await taskStore.recordCard(tx, task.id, null, now);
    const by = task.answeredBy === null ? '' : ` · ${task.answeredBy}`;
    const mark = `${task.state === 'cancelled' ? '已失效' : '已处理'}${by}`;
    rows.push(...closeCardRows(run, task, addresseesOf(task, context.operators), mark));
  }
  await outboxStore.enqueue(tx, rows, now);
  return due.length + closed.length;
}

/** Checks a claimed task first. One that is not known to be done gets a new card. */
async function dueTaskRows(run: Run, due: StoredTask): Promise<NewOutboxRow[]> {
  const { tx, context, now } = run;
  const check = due.answeredBy === null ? null : await checkClaim(tx, due, now);
  if (check === 'wait') {
    await taskStore.postpone(tx, due.id, now + checkAfterMs(due), due.answeredBy);
    return [];
  }
  const { task, finding, rows } =
    check === null ? { task: due, finding: '', rows: [] } : await denyClaim(run, due, check);
  const isOverdue = task.dueAt !== null && task.dueAt <= now;
  // The assignee of an overdue task is reminded once. A move that is not approved in time is closed by then.
  await taskStore.postpone(tx, task.id, isOverdue || isForApproval(task.kind) ? null : task.dueAt, null);
  const staff = addresseesOf(task, context.operators);
  if (!context.abilities.has('staff_card') || staff.length === 0) return rows;
  const at = await unusedCardTime(tx, task.id, now);
  const opening = finding === '' && isOverdue ? OVERDUE : finding;
  return [...rows, cardRow({ context, now }, task, staff, { at, opening })];
}

/** The claim that the task is done was checked and is not confirmed. Whoever made it is notified. */
async function denyClaim(run: Run, claimed: StoredTask, check: 'not_done' | 'unverified') {
  await taskStore.recordDenial(run.tx, claimed.id);
  const task: StoredTask = { ...claimed, answeredBy: null, answeredAt: null, denied: claimed.denied + 1 };
  const escalation = task.denied >= ESCALATES_AT_DENIALS ? `已经 ${task.denied} 次说做好了，同时请运营看一下。` : '';
  const finding = `${check === 'unverified' ? UNVERIFIED : notDoneWords[claimed.kind]}${escalation}`;
  return { task, finding, rows: claimantNotice(run, claimed.answeredBy ?? '', task, finding) };
}

function cardRow(
  { context, now }: Pick<Run, 'context' | 'now'>,
  task: StoredTask,
  staff: readonly string[],
  { at, opening }: { readonly at: number; readonly opening: string },
): NewOutboxRow {
  return {
    key: cardKey(task.id, at),
    action: {
      kind: 'staff_card',
      task: task.id,
      taskId: `qunjie-${task.id}-${at.toString(36)}`,
      staff,
      title: titleOf(task.kind),
      text: `${unreachedNote(task)}${opening}${task.text}`,
      facts: cardFactsOf(task, context),
      ...linkOf(task, context),
      buttons: buttonsOf(task.kind),
    },
    ...(task.member === null ? {} : { member: task.member }),
    ...(task.group === null ? {} : { group: task.group }),
    notBefore: now,
    priority: priorities.taskCard,
  };
}

/** Two cards of one task may be sent at the same moment of a pushed clock; their keys must differ. */
async function unusedCardTime(tx: Sql, task: number, now: number): Promise<number> {
  let at = now;
  while ((await outboxStore.actionOf(tx, cardKey(task, at))) !== null) at += 1;
  return at;
}

/**
 * Closes the cards of open tasks that were reassigned to `to` or reworded: each gets a new card. `former`: the tasks as they
 * were before.
 */
export async function closeFormerCards(run: Run, former: readonly StoredTask[], to: string): Promise<void> {
  const rows = former.flatMap((task) =>
    closeCardRows(run, task, [task.staff], task.staff === to ? '请看新的卡片' : handedOverMark(to)),
  );
  for (const { id } of former) await taskStore.recordCard(run.tx, id, null, run.now);
  await outboxStore.enqueue(run.tx, rows, run.now);
}

/** Those receivers of a card who are still the task's addressees; empty when the task is closed. */
export function stillAddressed(
  { staff }: Pick<ActionOf<'staff_card'>, 'staff'>,
  task: StoredTask | null,
  operators: readonly string[],
): readonly string[] {
  return task?.isOpen ? staff.filter((receiver) => addresseesOf(task, operators).includes(receiver)) : [];
}

/** The result of sending a card: WeCom's response code, and the userids it could not reach, in lower case. */
export interface CardOutcome {
  readonly code: string | null;
  readonly unreached: readonly string[];
}

/** The part of a run that needs no ruleset. */
export interface CardRun extends Pick<Run, 'tx' | 'now'> {
  readonly context: Pick<Context, 'operators' | 'abilities'>;
}

/** A card was sent. It is closed at once when its task was reassigned while the card was on its way. */
export async function onCardSent(
  run: CardRun,
  action: ActionOf<'staff_card'>,
  { code, unreached }: CardOutcome,
): Promise<void> {
  const { tx, context, now } = run;
  const task = await taskStore.byId(tx, action.task);
  if (task?.isOpen && code !== null && stillAddressed(action, task, context.operators).length === 0) {
    const sent = { id: task.id, card: { code, at: now } };
    await outboxStore.enqueue(tx, closeCardRows(run, sent, action.staff, handedOverMark(task.staff)), now);
    return;
  }
  await taskStore.recordCard(tx, action.task, code, now);
  const isNamed = (staff: string): boolean => unreached.some((userid) => isSameUserid(userid, staff));
  if (task && action.staff.some((staff) => isSameUserid(staff, task.staff)) && isNamed(task.staff))
    await escalateUnreached(tx, task);
}

/** WeCom accepted none of the card's receivers. */
export async function onCardRefused(tx: Sql, action: ActionOf<'staff_card'>): Promise<void> {
  const task = await taskStore.byId(tx, action.task);
  if (task && action.staff.some((staff) => isSameUserid(staff, task.staff))) await escalateUnreached(tx, task);
}

/** Makes the task due for the operators, once per assignee. An operator who cannot be reached either finds it in the list of tasks. */
async function escalateUnreached(tx: Sql, task: StoredTask): Promise<void> {
  if (task.isOpen && task.staff !== '' && !isUnreached(task)) await taskStore.markUnreached(tx, task.id, task.staff);
}

/** What the card of a reassigned task shows to its former assignee. */
export const handedOverMark = (to: string): string => `已交给 ${to === '' ? '运营同事' : to}`;

/** Replaces the buttons of a card by `mark`. Empty when there is no card that WeCom would still change. */
function closeCardRows(
  { context, now }: Pick<CardRun, 'context' | 'now'>,
  { id, card }: Pick<StoredTask, 'id' | 'card'>,
  staff: readonly string[],
  mark: string,
): NewOutboxRow[] {
  const isExpired = card === null || card.at < now - RESPONSE_CODE_VALID_MS;
  if (isExpired || staff.length === 0 || staff.includes('') || !context.abilities.has('close_card')) return [];
  return [
    {
      key: closeCardKey(id, card.code),
      action: { kind: 'close_card', staff, responseCode: card.code, mark },
      notBefore: now,
      expiresAt: card.at + RESPONSE_CODE_VALID_MS,
      priority: priorities.taskCard,
    },
  ];
}

/** Checks a task that is still open although somebody claims that it is done. `unverified`: its group could not be read in time. */
async function checkClaim(tx: Sql, task: StoredTask, now: number): Promise<'not_done' | 'unverified' | 'wait'> {
  const group = await taskStore.groupOf(tx, task.id);
  if (!group || task.answeredAt === null || group.readAt > task.answeredAt) return 'not_done';
  if (now - task.answeredAt >= CHECK_ENDS_MS) return 'unverified';
  // The first read may have failed. The chat account reads its rooms unasked.
  if (group.chatId !== null) await readGroupOf(tx, task.id, { id: group.id, chatId: group.chatId }, now);
  return 'wait';
}

/** Requests a read of a group, to see whether a task about it is done. */
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

/** Notifies whoever claimed that the task is done, when the new card goes to somebody else. */
function claimantNotice(
  { context, now }: Pick<Run, 'context' | 'now'>,
  claimant: string,
  task: StoredTask,
  finding: string,
): NewOutboxRow[] {
  const isClaimant = (staff: string): boolean => isSameUserid(staff, claimant);
  const getsTheCard = addresseesOf(task, context.operators).some(isClaimant);
  // An admin of the console has no chat with the bot; the console shows them the task.
  if (getsTheCard || !context.operators.some(isClaimant) || !context.abilities.has('notify_staff')) return [];
  const text = `待办 ${task.id}：${finding}${task.text}`;
  return [
    {
      key: deniedKey(task.id, now),
      action: { kind: 'notify_staff', staff: [claimant], text },
      notBefore: now,
      priority: priorities.taskCard,
    },
  ];
}
