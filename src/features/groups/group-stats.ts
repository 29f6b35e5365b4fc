import { z } from 'zod';
import { readGroupStatsKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionResult } from '../../channels/channel.js';
import type { ActionOf } from '../../domain/action.js';
import { DAY_MS, dayOf, isoDay, momentOf } from '../../domain/day.js';
import { groupStatStore } from './group-stat.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** By then WeCom has counted yesterday. Not on the hour, when its API is busiest (contract §1.3). */
const READ_AT_MINUTE = 4 * 60 + 20;
/** WeCom's limit (O-96359). */
const MAX_DAYS_PER_CALL = 30;

/** Plans one read for each group owner: the daily figures from the last stored day up to yesterday. */
export async function groupStatActions({ tx, context, now }: Run): Promise<NewOutboxRow[]> {
  if (!context.abilities.has('read_group_stats')) return [];
  const today = dayOf(now, context.timeZone);
  const owners = await groupStatStore.lastDays(tx);
  return owners.flatMap(({ owner, last }): NewOutboxRow[] => {
    const from = Math.max(today - MAX_DAYS_PER_CALL, last === null ? 0 : last + 1);
    if (from >= today) return [];
    return [
      {
        key: readGroupStatsKey(owner, isoDay(today)),
        notBefore: Math.max(now, momentOf(today, READ_AT_MINUTE, context.timeZone)),
        expiresAt: now + DAY_MS,
        priority: priorities.readGroupStats,
        action: {
          kind: 'read_group_stats',
          owner,
          fromMs: momentOf(from, 0, context.timeZone),
          toMs: momentOf(today - 1, 0, context.timeZone),
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

/** Stores the figures that a read answered with. */
export async function applyGroupStats(
  tx: Sql,
  { owner }: ActionOf<'read_group_stats'>,
  done: ActionResult,
  timeZone: string,
): Promise<void> {
  const days = statDays.parse(done.result).days.map(({ at, ...counts }) => ({ ...counts, day: dayOf(at, timeZone) }));
  await groupStatStore.write(tx, owner, days);
}
