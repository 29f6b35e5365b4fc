import type { ActionOf } from '../../domain/action.js';
import type { Done } from '../channel.js';
import { groupStatisticByDay } from './client/groups.js';
import type { WecomApi } from './client/wecom-api.js';

/** What WeCom counted in one owner's groups. `result: {days: [{at (epoch ms), …figures}]}`. */
export async function readGroupStats(
  api: WecomApi,
  { owner, fromMs, toMs }: ActionOf<'read_group_stats'>,
): Promise<Done> {
  const rows = await groupStatisticByDay(api, owner, Math.floor(fromMs / 1_000), Math.floor(toMs / 1_000));
  return {
    result: {
      days: rows.map(({ stat_time: seconds, data }) => ({
        at: seconds * 1_000,
        chatsNew: data.new_chat_cnt,
        chatsTotal: data.chat_total,
        chatsSpoke: data.chat_has_msg,
        peopleNew: data.new_member_cnt,
        peopleTotal: data.member_total,
        peopleSpoke: data.member_has_msg,
        messages: data.msg_total,
      })),
    },
  };
}
