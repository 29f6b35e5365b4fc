import type { LocalizedText } from '../../domain/localized-text.js';
import type { PlacingAction } from '../../domain/moves/placing-actions.js';

/** Where a member is: only in a group of their tier, only in others, in one of each, or in no tier group. */
export const places = ['right', 'wrong', 'two', 'none'] as const;
export type Place = (typeof places)[number];

interface Cause {
  readonly label: LocalizedText;
  /** What one can do, or why nothing can be done. */
  readonly hint: LocalizedText;
  /** Null: nothing can be done for many at once. */
  readonly action: PlacingAction | null;
}

/** Why a member is not in the right group, in the order in which the lists are shown. */
export const placementCauses = {
  owner_idle: {
    label: { zh: '群主没移出', en: 'owner is late' },
    hint: { zh: '已进新群，移出旧群的待办逾期了', en: 'they joined; the task to remove them is overdue' },
    action: 'remind_owner',
  },
  group_full: {
    label: { zh: '群满了', en: 'groups are full' },
    hint: { zh: '这个层级没有空位', en: 'the tier has no free place' },
    action: 'ask_group',
  },
  no_pool: {
    label: { zh: '还没有群', en: 'no group yet' },
    hint: { zh: '这个层级还没有群', en: 'the tier has no group' },
    action: 'ask_group',
  },
  waits_for_approval: {
    label: { zh: '等人同意', en: 'waits for approval' },
    hint: { zh: '换群要运营人员同意', en: 'an operator must agree to the move' },
    action: 'approve',
  },
  waits_for_staff: {
    label: { zh: '等同事点发送', en: 'waits for staff' },
    hint: { zh: '邀请还没有发出，可以提醒同事', en: 'the invitation has not gone out; staff can be reminded' },
    action: 'remind_staff',
  },
  never_sent: {
    label: { zh: '邀请没发出', en: 'never sent' },
    hint: { zh: '上次邀请没有发成，会自动再试', en: 'the last invitation failed; it is tried again by itself' },
    action: 'invite',
  },
  invitation_expired: {
    label: { zh: '邀请过期', en: 'invitation expired' },
    hint: { zh: '收到邀请但没进群', en: 'they were invited and did not join' },
    action: 'invite',
  },
  left_again: {
    label: { zh: '进过又离开', en: 'left again' },
    hint: { zh: '进过本层级的群，后来离开了', en: 'they were in a group of the tier and left' },
    action: 'invite',
  },
  refused: {
    label: { zh: '没有同意', en: 'refused' },
    hint: { zh: '运营人员没有同意这次换群', en: 'an operator refused the move' },
    action: 'invite',
  },
  undone: {
    label: { zh: '撤回过', en: 'taken back' },
    hint: { zh: '有人撤回了换群，暂时不再换', en: 'a person took the move back; it rests' },
    action: 'invite',
  },
  not_planned: {
    label: { zh: '还没安排', en: 'not planned' },
    hint: { zh: '下次盘点时安排', en: 'planned at the next review' },
    action: 'invite',
  },
  owner_asked: {
    label: { zh: '等群主移出', en: 'owner was asked' },
    hint: { zh: '已进新群，已请群主移出旧群', en: 'they joined; the owner was asked to remove them' },
    action: 'remind_owner',
  },
  holds_a_code: {
    label: { zh: '已邀请', en: 'invited' },
    hint: { zh: '已收到群码，等 TA 进群', en: 'they have the code and may join' },
    action: null,
  },
  going_back: {
    label: { zh: '正在换回', en: 'going back' },
    hint: { zh: '换群被撤回，正在回原来的群', en: 'the move was taken back and they return' },
    action: null,
  },
  two_groups: {
    label: { zh: '在两个分层群', en: 'in two tier groups' },
    hint: { zh: '下次盘点时请群主移出', en: 'the owner is asked at the next review' },
    action: null,
  },
  not_a_contact: {
    label: { zh: '不是好友', en: 'not a contact' },
    hint: { zh: '官方接口只能邀请好友', en: 'the official API can invite contacts only' },
    action: null,
  },
  comes_alone: {
    label: { zh: '自己进群', en: 'joins by itself' },
    hint: { zh: '最低层级不邀请，扫码就能进', en: 'nobody is invited to the lowest tier' },
    action: null,
  },
  opted_out: {
    label: { zh: '已退订', en: 'opted out' },
    hint: { zh: '不再打扰', en: 'left alone' },
    action: null,
  },
  lost: {
    label: { zh: '已流失', en: 'lost' },
    hint: { zh: '冬眠的成员不邀请', en: 'lost members are not invited' },
    action: null,
  },
} as const satisfies Readonly<Record<string, Cause>>;

export type PlacementCause = keyof typeof placementCauses;
export const placementCauseKeys = Object.keys(placementCauses) as [PlacementCause, ...PlacementCause[]];
