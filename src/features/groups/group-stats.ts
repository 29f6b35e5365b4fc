import { z } from 'zod';
import { readGroupStatsKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { Done } from '../../channels/channel.js';
import type { ActionOf } from '../../domain/action.js';
import type { Circumstances } from '../../domain/context.js';
import { DAY_MS, dayOf, isoDay, momentOf } from '../../domain/day.js';
import type { Planned } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
/** WeCom has counted yesterday by then, and nobody else asks (contract §1.3: not on the hour). */
const AT_MINUTE = 4 * 60 + 20;
/** One call may span 30 days (O-96359). */
const MOST_DAYS = 30;

/** Reads what WeCom counted in each owner's groups since the last time, up to yesterday. */
export async function groupStatActions(tx: Sql, on: Circumstances, now: number): Promise<Planned[]> {
  if (!on.abilities.has('read_group_stats')) return [];
  const today = dayOf(now, on.timeZone);
  const owners = await tx.all<{ owner: string; last: number | null }>(
    `SELECT g.owner, MAX(s.day) AS last FROM chat_group g LEFT JOIN group_stat_day s ON s.owner = g.owner
     WHERE g.owner <> '' AND g.chat_id IS NOT NULL AND g.status = 'active' GROUP BY g.owner ORDER BY g.owner`,
  );
  return owners.flatMap(({ owner, last }): Planned[] => {
    const from = Math.max(today - MOST_DAYS, last === null ? 0 : Number(last) + 1);
    if (from >= today) return [];
    return [
      {
        key: readGroupStatsKey(owner, isoDay(today)),
        notBefore: Math.max(now, momentOf(today, AT_MINUTE, on.timeZone)),
        expiresAt: now + DAY_MS,
        priority: priorities.readGroupStats,
        action: {
          kind: 'read_group_stats',
          owner,
          fromMs: momentOf(from, 0, on.timeZone),
          toMs: momentOf(today - 1, 0, on.timeZone),
        },
      },
    ];
  });
}

const count = z.number();
const statDays = z.object({
  days: z.array(
    z.object({
      at: count,
      chatsNew: count,
      chatsTotal: count,
      chatsSpoke: count,
      peopleNew: count,
      peopleTotal: count,
      peopleSpoke: count,
      messages: count,
    }),
  ),
});

/** A later read of a day stands: WeCom may count late. */
export async function takeGroupStats(
  tx: Sql,
  { owner }: ActionOf<'read_group_stats'>,
  done: Done,
  timeZone: string,
): Promise<void> {
  const rows = statDays.parse(done.result).days.map((day) => ({
    owner,
    day: dayOf(day.at, timeZone),
    chats_new: day.chatsNew,
    chats_total: day.chatsTotal,
    chats_spoke: day.chatsSpoke,
    people_new: day.peopleNew,
    people_total: day.peopleTotal,
    people_spoke: day.peopleSpoke,
    messages: day.messages,
  }));
  const figures = 'chats_new chats_total chats_spoke people_new people_total people_spoke messages'.split(' ');
  await tx.insert(
    'group_stat_day',
    [...new Map(rows.map((row) => [row.day, row])).values()],
    `(owner, day) DO UPDATE SET ${figures.map((figure) => `${figure} = excluded.${figure}`).join(', ')}`,
  );
}
