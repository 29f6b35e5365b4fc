import type { LocalizedText } from './localized-text.js';

/** Kinds of tasks for people. */
export type TaskKind =
  | 'approve_move'
  | 'remove_from_group'
  | 'remove_silent'
  | 'pool_low'
  | 'pool_full'
  | 'no_pool'
  | 'owner_left'
  | 'member_reply'
  | 'large_run'
  | 'review_template';

/** Labels on cards, in chat and in the console. */
export const taskLabels: Readonly<Record<TaskKind, LocalizedText>> = {
  approve_move: { zh: '换群审批', en: 'Approve a move' },
  remove_from_group: { zh: '移出旧群', en: 'Remove from group' },
  remove_silent: { zh: '移出沉默成员', en: 'Remove a silent member' },
  pool_low: { zh: '准备新群', en: 'Prepare a group' },
  pool_full: { zh: '群已满', en: 'Groups are full' },
  no_pool: { zh: '缺少分层群', en: 'No group for a tier' },
  owner_left: { zh: '群主离职', en: 'Owner has left' },
  member_reply: { zh: '成员回复', en: 'Member replied' },
  large_run: { zh: '大批改动待确认', en: 'Confirm a large change' },
  review_template: { zh: '模板复核', en: 'Review a template' },
};

/** Labels of the answers: buttons on cards and in the console. */
export const taskAnswerLabels: Readonly<Record<'done' | 'snooze' | 'approve' | 'refuse', LocalizedText>> = {
  done: { zh: '已完成', en: 'Done' },
  snooze: { zh: '稍后', en: 'Later' },
  approve: { zh: '同意', en: 'Approve' },
  refuse: { zh: '不同意', en: 'Refuse' },
};

/** Answered with yes or no, by an operator. The others are done or postponed. */
export const isForApproval = (kind: TaskKind): boolean =>
  kind === 'approve_move' || kind === 'large_run' || kind === 'review_template';
