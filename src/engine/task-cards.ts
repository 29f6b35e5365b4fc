import type { ActionOf } from '../domain/action.js';
import { HOUR_MS } from '../domain/day.js';
import type { NewTask, StoredTask } from '../groups/task.store.js';
import type { Planned } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { Circumstances } from './look.js';
import { stores } from './stores.js';

const TASKS_AT_ONCE = 100;
/** Of a response code (contract §3.5). */
const CODE_LIVES_MS = 72 * HOUR_MS;
const GROUP_IS_READ_MS = 3 * 60_000;
const GROUP_IS_MADE_MS = HOUR_MS;

const titles: Readonly<Record<NewTask['kind'], string>> = {
  approve_move: '换群待审批',
  remove_from_group: '待办：清理旧群',
  pool_low: '待办：准备新群',
  pool_full: '待办：建新群',
  no_pool: '待办：建分层群',
  owner_left: '待办：转交客户群',
};

const DONE = { key: 'done', label: '已完成' };
const SNOOZE = { key: 'snooze', label: '稍后提醒' };
const APPROVE = { key: 'approve', label: '同意' };
const REFUSE = { key: 'refuse', label: '不同意' };

/** What the card of a task may be answered with. */
export const buttonsOf = (kind: NewTask['kind']): ActionOf<'staff_card'>['buttons'] =>
  kind === 'approve_move' ? [APPROVE, REFUSE] : [DONE, SNOOZE];

/** How long after it was said to be done it is looked at, and as often again until the group has been read. */
export const lookAfterMs = ({ group }: Pick<StoredTask, 'group'>): number =>
  group === null ? GROUP_IS_MADE_MS : GROUP_IS_READ_MS;

const notDone: Readonly<Record<NewTask['kind'], string>> = {
  approve_move: '',
  remove_from_group: '读取群成员后看到还没有完成，请再看一下。',
  pool_low: '还没看到新群，请核对群名。',
  pool_full: '还没看到新群，请核对群名。',
  no_pool: '还没看到新群，请核对群名。',
  owner_left: '看到群主还没有换，请再看一下。',
};

/** Whom a task is for: one member of staff, or, where none is named, every operator. */
export const addresseesOf = (task: Pick<StoredTask, 'staff'>, operators: readonly string[]): readonly string[] =>
  task.staff === '' ? operators : [task.staff];

/**
 * Tasks that are new, snoozed until now, or said to be done and not seen to be: each gets its card. Cards of tasks that
 * are over lose their buttons. What is planned and that it was is one transaction, so that a card comes once.
 */
export async function tellTasks(
  tx: Sql,
  operators: readonly string[],
  on: Circumstances,
  now: number,
): Promise<number> {
  const due = await stores.tasks.due(tx, now, TASKS_AT_ONCE);
  const cards = on.abilities.has('staff_card');
  const planned: Planned[] = [];
  for (const task of due) {
    if (task.answeredBy !== null && !(await isReadSince(tx, task))) {
      await stores.tasks.wait(tx, task.id, now + lookAfterMs(task), task.answeredBy);
      continue;
    }
    await stores.tasks.wait(tx, task.id, null, null);
    const staff = addresseesOf(task, operators);
    if (!cards || staff.length === 0) continue;
    planned.push({
      key: `card:${task.id}:${now}`,
      action: {
        kind: 'staff_card',
        task: task.id,
        taskId: `qunjie-${task.id}-${now.toString(36)}`,
        staff,
        title: titles[task.kind],
        text: task.answeredBy === null ? task.text : `${notDone[task.kind]}${task.text}`,
        buttons: buttonsOf(task.kind),
      },
      ...(task.member === null ? {} : { member: task.member }),
      ...(task.group === null ? {} : { group: task.group }),
      notBefore: now,
      priority: 3,
    });
  }
  const over = await stores.tasks.cardsLeft(tx, TASKS_AT_ONCE);
  for (const task of over) {
    await stores.tasks.cardSent(tx, task.id, null, now);
    const staff = addresseesOf(task, operators);
    if (
      task.card === null ||
      task.card.at < now - CODE_LIVES_MS ||
      staff.length === 0 ||
      !on.abilities.has('close_card')
    )
      continue;
    planned.push({
      key: `card:${task.id}:close:${task.card.at}`,
      action: {
        kind: 'close_card',
        staff,
        responseCode: task.card.code,
        mark: `${task.state === 'cancelled' ? '已失效' : '已处理'}${task.answeredBy === null ? '' : ` · ${task.answeredBy}`}`,
      },
      notBefore: now,
      expiresAt: task.card.at + CODE_LIVES_MS,
      priority: 3,
    });
  }
  await stores.outbox.plan(tx, planned, now);
  return due.length + over.length;
}

/** Whether the group was read after somebody said that it is done. Where it cannot be read, time has to do. */
async function isReadSince(tx: Sql, task: StoredTask): Promise<boolean> {
  const group = task.group === null ? undefined : await stores.groups.byId(tx, task.group);
  if (!group?.chatId || task.snoozedUntil === null) return true;
  return group.readAt > task.snoozedUntil - lookAfterMs(task);
}
