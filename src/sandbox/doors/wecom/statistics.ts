import { seconds } from '../../calendar.js';
import { ROOT_PARTY, usersOf } from '../../corp/acts/contact-ways.js';
import type { Corp } from '../../corp/corp.js';
import type { GroupFigures } from '../../corp/group-diary.js';
import { daysAsked } from './days-asked.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';

/** The endpoints of WeCom's own statistics (contract §5.1, §8). */
export const statisticEndpoints: readonly Endpoint[] = [
  post('externalcontact/groupchat/statistic', { total: 0, next_offset: 0, items: [] }, (call) => {
    const { corp, params } = call;
    const days = daysAsked(call, 'day_begin_time', 'day_end_time');
    const order = ORDERS[(params.number('order_by') ?? 1) - 1];
    if (!order) throw new Refused(40058, 'invalid order_by');
    const direction = params.number('order_asc') === 1 ? 1 : -1;
    const offset = params.number('offset') ?? 0;
    const limit = params.number('limit') ?? 500;
    if (offset < 0 || limit < 1 || limit > 1_000) throw new Refused(40058, 'invalid offset or limit');
    const all = ownersAsked(call)
      .map((owner) => ({ owner, figures: figuresOf(corp, [owner], days[0] as number, days.at(-1) as number) }))
      .filter(({ figures }) => figures.groups > 0)
      .sort((a, b) => direction * (a.figures[order] - b.figures[order]));
    const items = all.slice(offset, offset + limit);
    return {
      total: all.length,
      next_offset: Math.min(all.length, offset + items.length),
      items: items.map(({ owner, figures }) => ({ owner, data: groupView(figures) })),
    };
  }),

  post('externalcontact/groupchat/statistic_group_by_day', { items: [] }, (call) => {
    const days = daysAsked(call, 'day_begin_time', 'day_end_time');
    const owners = ownersAsked(call);
    return {
      items: days.map((day) => ({
        stat_time: seconds(day),
        data: groupView(figuresOf(call.corp, owners, day, day)),
      })),
    };
  }),

  post('externalcontact/get_user_behavior_data', { behavior_data: [] }, (call) => {
    const { corp, params } = call;
    const users = params.texts('userid');
    const parties = Array.isArray(params.raw('partyid')) ? (params.raw('partyid') as unknown[]) : [];
    if (users.length + parties.length === 0) throw new Refused(40063, 'some parameters are empty');
    if (users.length > 100 || parties.length > 100) throw new Refused(40032, 'invalid list size');
    if (parties.some((party) => party !== ROOT_PARTY)) throw new Refused(60123, 'invalid party id');
    requireKnown(corp, users);
    const asked = [...new Set([...users, ...usersOf(corp, { users: [], parties: parties.map(Number) })])];
    return {
      behavior_data: daysAsked(call, 'start_time', 'end_time').map((day) => {
        const { chats, messages, deletedBy, newContacts } = corp.contactDiary.figures(asked, day);
        // Customers of the sandbox do not write to staff first, so the share of answers is left out. Staff do not apply to
        // customers either.
        return {
          stat_time: seconds(day),
          chat_cnt: chats,
          message_cnt: messages,
          negative_feedback_cnt: deletedBy,
          new_apply_cnt: 0,
          new_contact_cnt: newContacts,
        };
      }),
    };
  }),
];

/** order_by 1 to 4 (?). */
const ORDERS = ['newGroups', 'groups', 'newMembers', 'members'] as const;

/** Staff who own or owned a group and whom the app may see; the platform accepts 100 at most. */
function ownersAsked({ corp, params }: Call): readonly string[] {
  const asked = params.object('owner_filter').texts('userid_list');
  if (asked.length > 100) throw new Refused(40032, 'invalid userid list size');
  requireKnown(corp, asked);
  const owners = new Set(corp.groups.ever().map((group) => group.owner));
  return asked.length > 0 ? [...new Set(asked)] : [...owners].filter((owner) => corp.sees(owner));
}

function requireKnown(corp: Corp, userids: readonly string[]): void {
  if (userids.some((userid) => !corp.staff.has(userid))) throw new Refused(40003, 'invalid userid');
  if (userids.some((userid) => !corp.sees(userid))) throw new Refused(60111, 'userid not found');
}

/** A group counts for its present owner, also for the days before they owned it (?). */
const figuresOf = (corp: Corp, owners: readonly string[], from: number, until: number): GroupFigures =>
  corp.groups.diary.figures(
    corp.groups.ever().filter((group) => owners.includes(group.owner)),
    from,
    until,
  );

const groupView = (figures: GroupFigures): Record<string, number> => ({
  new_chat_cnt: figures.newGroups,
  chat_total: figures.groups,
  chat_has_msg: figures.groupsWithMessages,
  new_member_cnt: figures.newMembers,
  member_total: figures.members,
  member_has_msg: figures.speakers,
  msg_total: figures.messages,
  // Only schools have this figure.
  migrate_trainee_chat_cnt: 0,
});
