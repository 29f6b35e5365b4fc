import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { CustomerGroup, GroupSnapshot, GroupMember } from '../../corp/customer-group.js';
import { snapshotAt } from '../../corp/customer-groups.js';
import { post, Refused, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import { colleagues } from './people-of.js';

/** O-92120: with more staff than this in the visible scope, a list must name the owners. */
const MAX_UNFILTERED = 1_000;

export const groupEndpoints: readonly Endpoint[] = [
  post('externalcontact/groupchat/list', { group_chat_list: [], next_cursor: '' }, (call) => {
    const { corp, params } = call;
    const status = params.number('status_filter') ?? 0;
    if (![0, 1, 2, 3].includes(status)) throw new Refused(40058, 'status_filter invalid');
    if (!params.has('limit')) throw new Refused(40063, 'limit missing');
    const owners = params.object('owner_filter').texts('userid_list');
    if (owners.length > 100) throw new Refused(40032, 'invalid userid list size');
    if (owners.length === 0 && colleagues(corp).length > MAX_UNFILTERED)
      throw new Refused(81017, 'too many users in visible scope');
    // 0 filters nothing (O-92120). Only groups whose owner the app may see are listed (contract §5.1).
    const groups = corp.groups
      .all()
      .filter((group) => (status === 0 || group.status === status) && corp.sees(group.owner))
      .filter((group) => owners.length === 0 || owners.includes(group.owner));
    const { items, nextCursor } = page(call, groups, `groups ${status} ${owners.join()}`, { usual: 100, most: 1_000 });
    return {
      group_chat_list: items.map((group) => ({ chat_id: group.chatId, status: group.status })),
      next_cursor: nextCursor,
    };
  }),

  post(
    'externalcontact/groupchat/get',
    { group_chat: { member_list: [], admin_list: [] } },
    ({ corp, params, now, manners }) => {
      const group = corp.groups.get(params.text('chat_id'));
      if (!group) throw new Refused(40050, 'invalid group id');
      if (group.dismissed) throw new Refused(49008, 'group has been dismissed');
      // The code for a group of somebody outside the visible scope is not documented; this one is a guess.
      if (!corp.sees(group.owner)) throw new Refused(60011, 'no privilege to access group');
      const seen = snapshotAt(group, now, manners.lateGroupReadMs);
      const withNames = params.number('need_name') === 1;
      return {
        group_chat: {
          ...view(group, seen),
          member_list: seen.members.map((one) => memberView(corp, one, withNames)),
          admin_list: [],
          member_version: seen.version,
        },
      };
    },
  ),

  // Converts the opengid that a mini-program received in a group into the chat_id.
  post('externalcontact/opengid_to_chatid', { chat_id: '' }, ({ corp, params }) => {
    const openGid = params.text('opengid');
    const group = corp.groups.all().find((one) => one.openGid === openGid);
    if (!group) throw new Refused(90511, 'invalid opengid');
    if (!corp.sees(group.owner)) throw new Refused(60011, 'no privilege to access group');
    return { chat_id: group.chatId };
  }),
];

const view = (group: CustomerGroup, seen: GroupSnapshot): Record<string, unknown> => ({
  chat_id: group.chatId,
  name: seen.name,
  owner: seen.owner,
  create_time: seconds(group.createdAt),
  notice: seen.notice,
});

function memberView(corp: Corp, member: GroupMember, withName: boolean): Record<string, unknown> {
  const person = corp.people.get(member.id);
  const name = person?.name ?? corp.staff.get(member.id)?.name ?? '';
  return {
    userid: member.id,
    type: member.type,
    ...(person ? { unionid: person.unionid } : {}),
    join_time: seconds(member.joinedAt),
    join_scene: member.scene,
    ...(member.invitor === undefined ? {} : { invitor: { userid: member.invitor } }),
    ...(member.state === undefined ? {} : { state: member.state }),
    group_nickname: '',
    ...(withName ? { name } : {}),
  };
}
