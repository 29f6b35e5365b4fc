import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { CustomerGroup, GroupMember } from '../../corp/customer-groups.js';
import { post, Refused, type Endpoint } from './endpoint.js';
import { page } from './paging.js';

/** `lateMs`: for so long after a change a read still shows how it was before. */
export const groupEndpoints = (lateMs: () => number): readonly Endpoint[] => [
  post('externalcontact/groupchat/list', { group_chat_list: [], next_cursor: '' }, (call) => {
    const { corp, params } = call;
    const status = params.number('status_filter') ?? 0;
    if (![0, 1, 2, 3].includes(status)) throw new Refused(40058, 'status_filter invalid');
    if (!params.has('limit')) throw new Refused(40063, 'limit missing');
    const owners = params.object('owner_filter').texts('userid_list');
    if (owners.length > 100) throw new Refused(40032, 'invalid userid list size');
    // Owners never resign here, so every group is in status 0 and the filters 1 to 3 find none.
    const groups = corp.groups
      .all()
      .filter((group) => status === 0 && (owners.length === 0 || owners.includes(group.owner)));
    const { items, nextCursor } = page(call, groups, `groups ${owners.join()}`, { usual: 100, most: 1_000 });
    return { group_chat_list: items.map((group) => ({ chat_id: group.chatId, status: 0 })), next_cursor: nextCursor };
  }),

  post(
    'externalcontact/groupchat/get',
    { group_chat: { member_list: [], admin_list: [] } },
    ({ corp, params, now }) => {
      const group = corp.groups.get(params.text('chat_id'));
      if (!group) throw new Refused(40050, 'invalid group id');
      if (group.dismissed) throw new Refused(49008, 'group has been dismissed');
      const seen =
        group.before && now - group.changedAt < lateMs()
          ? group.before
          : { members: group.members.values(), version: group.version };
      const withNames = params.number('need_name') === 1;
      return {
        group_chat: {
          ...view(group),
          member_list: [...seen.members].map((one) => memberView(corp, one, withNames)),
          admin_list: [],
          member_version: seen.version,
        },
      };
    },
  ),
];

const view = (group: CustomerGroup): Record<string, unknown> => ({
  chat_id: group.chatId,
  name: group.name,
  owner: group.owner,
  create_time: seconds(group.createdAt),
  notice: group.notice,
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
