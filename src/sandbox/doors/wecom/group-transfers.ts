import { DAY, startOfDay } from '../../calendar.js';
import { transferGroup } from '../../corp/acts/transfers.js';
import type { Corp } from '../../corp/corp.js';
import type { CustomerGroup } from '../../corp/customer-group.js';
import type { Staff } from '../../corp/person.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { takerNamed } from './transfers.js';

const PER_DAY = 300;
const ONJOB_TIMES = 2;
const ONJOB_SPAN = 90 * DAY;

type Complaint = readonly [errcode: number, words: string];

/** Transfers of groups from owners who left or who still work here (contract §5.2). */
export const groupTransferEndpoints: readonly Endpoint[] = [
  post('externalcontact/groupchat/transfer', { failed_chat_list: [] }, (call) =>
    transferGroups(call, (group, owner) => {
      if (group.status === 2) return [90507, 'group is being inherited'];
      if (group.status === 3) return [90508, 'group is already inherited'];
      return owner?.hasLeft ? undefined : [90500, 'owner is not resigned'];
    }),
  ),

  post('externalcontact/groupchat/onjob_transfer', { failed_chat_list: [] }, (call) =>
    transferGroups(call, (group, owner) => {
      if (owner?.hasLeft) return [90502, 'owner is already resigned'];
      const lately = group.transferredAt.filter((at) => at > call.now - ONJOB_SPAN);
      // The code for the third time in 90 days is not documented (?).
      return lately.length >= ONJOB_TIMES ? [45009, 'handed on too often'] : undefined;
    }),
  ),
];

function transferGroups(
  call: Call,
  whyNot: (group: CustomerGroup, owner: Staff | undefined) => Complaint | undefined,
): Record<string, unknown> {
  const { corp, params } = call;
  const to = takerNamed(corp, params.text('new_owner'));
  const chatIds = [...new Set(params.texts('chat_id_list'))];
  if (chatIds.length === 0) throw new Refused(40063, 'chat_id_list missing');
  if (chatIds.length > 100) throw new Refused(40058, 'too many groups');
  const failed = chatIds.flatMap((chatId) => {
    const group = corp.groups.get(chatId);
    const problem = general(call, group, to) ?? (group && whyNot(group, corp.staff.get(group.owner)));
    if (problem) return [{ chat_id: chatId, errcode: problem[0], errmsg: problem[1] }];
    if (group) transferGroup(corp, group, to.userid);
    return [];
  });
  return { failed_chat_list: failed };
}

function general({ corp, now }: Call, group: CustomerGroup | undefined, to: Staff): Complaint | undefined {
  if (!group) return [90501, 'not a customer group'];
  if (group.dismissed) return [49008, 'group has been dismissed'];
  if (!corp.sees(group.owner)) return [60011, 'no privilege to access group'];
  if (group.owner === to.userid) return [90504, 'owner unchanged'];
  // The code over 300 a day is not documented (?).
  return takenToday(corp, to, now) >= PER_DAY ? [45009, 'too many groups handed on today'] : undefined;
}

const takenToday = (corp: Corp, to: Staff, now: number): number =>
  corp.groups
    .ever()
    .filter((group) => group.owner === to.userid && (group.transferredAt.at(-1) ?? 0) >= startOfDay(now)).length;
