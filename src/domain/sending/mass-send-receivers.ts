import type { ActionOf } from '../action.js';

type MassSend = Pick<ActionOf<'mass_send'>, 'externalUserIds' | 'chatIds'>;

/** Whether it goes to groups. WeCom makes two kinds of tasks, and one task is of one kind. */
export const goesToGroups = ({ chatIds }: MassSend): boolean => chatIds !== undefined;

/** The ids of whom it goes to: chat ids of groups, or external_userids of customers. */
export const receiversOf = ({ chatIds, externalUserIds }: MassSend): readonly string[] => chatIds ?? externalUserIds;
