import type { ActionKind } from '../../../domain/action.js';
import type { Forecast } from '../../connection.js';
import { minimumDurationMs } from './published-quotas.js';
import type { Quotas } from '../../quotas.js';

const contact = (endpoint: string): string => `externalcontact/${endpoint}`;

/** The calls of one successful action. For a mass send the share of one receiver (10 000 per call, O-92135). */
export const callsOf: Readonly<Partial<Record<ActionKind, Readonly<Record<string, number>>>>> = {
  read_contact: { [contact('get')]: 1 },
  set_remark: { [contact('remark')]: 1 },
  mark_tags: { [contact('mark_tag')]: 1 },
  send_welcome: { [contact('send_welcome_msg')]: 1 },
  mass_send: { [contact('add_msg_template')]: 1 / 10_000 },
  read_mass_send: { [contact('get_groupmsg_task')]: 1, [contact('get_groupmsg_send_result')]: 1 },
  remind_mass_send: { [contact('remind_groupmsg_send')]: 1 },
  cancel_mass_send: { [contact('cancel_groupmsg_send')]: 1 },
  ensure_tags: { [contact('get_corp_tag_list')]: 1, [contact('add_corp_tag')]: 1 },
  read_tags: { [contact('get_corp_tag_list')]: 1 },
  read_group: { [contact('groupchat/get')]: 1 },
  ensure_join_way: { [contact('groupchat/add_join_way')]: 1, [contact('groupchat/get_join_way')]: 1 },
  ensure_contact_way: { [contact('add_contact_way')]: 1 },
  retire_contact_way: { [contact('del_contact_way')]: 1 },
  ensure_group_welcome: { [contact('group_welcome_template/add')]: 1 },
  retire_group_welcome: { [contact('group_welcome_template/del')]: 1 },
  read_group_stats: { [contact('groupchat/statistic_group_by_day')]: 1 },
  notify_staff: { 'message/send': 1 },
  staff_card: { 'message/send': 1 },
  close_card: { 'message/update_template_card': 1 },
};

/** The calls that these actions need and their minimum duration. Endpoints are called in parallel. */
export function forecast(quotas: Quotas, work: Readonly<Partial<Record<ActionKind, number>>>): Forecast {
  const calls = new Map<string, number>();
  for (const [kind, actions] of Object.entries(work))
    for (const [endpoint, each] of Object.entries(callsOf[kind as ActionKind] ?? {}))
      calls.set(endpoint, (calls.get(endpoint) ?? 0) + Math.ceil(each * actions));
  const times = [...calls]
    .map(([endpoint, count]) => ({ endpoint, calls: count, takesMs: minimumDurationMs(quotas, endpoint, count) }))
    .sort((a, b) => b.takesMs - a.takesMs);
  const [slowest] = times;
  return {
    calls: [...calls.values()].reduce((sum, count) => sum + count, 0),
    takesMs: Math.ceil(slowest?.takesMs ?? 0),
    slowest: slowest && slowest.takesMs > 0 ? slowest.endpoint : null,
    endpoints: times.map((each) => ({ ...each, takesMs: Math.ceil(each.takesMs) })),
  };
}
