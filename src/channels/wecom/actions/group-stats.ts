import type { ActionOf } from '../../../domain/action.js';
import { DAY_MS } from '../../../domain/day.js';
import type { ActionResult } from '../../channel.js';
import { groupStatisticByDay } from '../client/groups.js';
import type { WecomApi } from '../client/wecom-api.js';
import { readTime } from '../wecom-times.js';

/** The statistics of one owner's groups. `result: {days: [{at (epoch ms), …counts}]}`. */
export async function readGroupStats(
  api: WecomApi,
  { owner, fromMs, toMs }: ActionOf<'read_group_stats'>,
): Promise<ActionResult> {
  const rows = await groupStatisticByDay(api, owner, Math.floor(fromMs / 1_000), Math.floor(toMs / 1_000));
  // Rows outside the requested days are dropped. The day is a tolerance: WeCom's day may start at another hour.
  const days = rows.flatMap((row) => {
    const at = readTime(row.stat_time, toMs + DAY_MS);
    return at === undefined || at < fromMs - DAY_MS ? [] : [{ at, data: row.data }];
  });
  return {
    result: {
      days: days.map(({ at, data }) => ({
        at,
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
