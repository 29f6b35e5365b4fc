import type { KnownCustomer } from '../insights/known-customers.js';

/** Why a contact is in no group of their tier. */
export type NotPlaced =
  | 'unknown'
  | 'opted_out'
  | 'deleted_staff'
  | 'lost'
  | 'waits_for_approval'
  | 'waits_for_staff'
  | 'holds_a_code'
  | 'staff_did_not_send'
  | 'did_not_join'
  | 'refused_by_operator'
  | 'left_again'
  | 'groups_full'
  | 'never_planned';

/** Labels for the report, in Chinese and English. */
export const notPlacedWords: Readonly<Record<NotPlaced, string>> = {
  unknown: '系统不认识 / unknown to the product',
  opted_out: '已退订 / opted out',
  deleted_staff: '已删除同事，也不在任何群 / deleted their staff and is in no group',
  lost: '已流失，不再邀请 / lost, so not invited',
  waits_for_approval: '等运营同意 / waits for approval',
  waits_for_staff: '邀请等同事点发送 / the invitation waits for the tap of staff',
  holds_a_code: '已收到群码，还没进群 / was sent the code and has not joined yet',
  staff_did_not_send: '同事没有点发送，邀请没发出 / staff never sent the invitation',
  did_not_join: '收到群码但没进群 / was sent the code and did not join in time',
  refused_by_operator: '运营没有同意 / refused by an operator',
  left_again: '进过群，后来离开或被移出 / was in the group and is not any more',
  groups_full: '该层级的群都满了 / every group of their tier is full',
  never_planned: '还没有安排换群 / no move was planned',
};

/** The first reason that applies, from what nobody can change to what has gone wrong. */
export function whyNotPlaced(customer: KnownCustomer | undefined, areGroupsFull: boolean): NotPlaced {
  if (!customer) return 'unknown';
  const { optedOut, isContact, groups, stage, lastMove } = customer;
  if (optedOut) return 'opted_out';
  if (!isContact && groups.length === 0) return 'deleted_staff';
  if (stage === 'lost') return 'lost';
  const unplanned = areGroupsFull ? 'groups_full' : 'never_planned';
  if (lastMove === null || lastMove.tier !== customer.tier) return unplanned;
  switch (lastMove.state) {
    case 'planned':
      return lastMove.waitsForApproval ? 'waits_for_approval' : 'waits_for_staff';
    case 'invited':
      return 'holds_a_code';
    case 'expired':
      return 'did_not_join';
    case 'failed':
      if (lastMove.note === 'refused_by_operator') return 'refused_by_operator';
      return lastMove.wasInvited ? 'left_again' : 'staff_did_not_send';
    case 'done':
    case 'joined':
    case 'leaving':
      return 'left_again';
    default:
      return unplanned;
  }
}
