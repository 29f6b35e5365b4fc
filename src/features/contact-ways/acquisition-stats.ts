import { z } from 'zod';
import type { ActionResult } from '../../channels/channel.js';
import type { ActionOf } from '../../domain/action.js';
import { readAcquisitionStatsKey } from '../../domain/action-keys.js';
import { DAY_MS, dayOf, isoDay, momentOf } from '../../domain/day.js';
import { priorities } from '../../domain/priorities.js';
import { ACQUISITION_QUOTA, acquisitionQuotaSchema } from '../../domain/ways/acquisition-quota.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import type { Run } from '../run.js';
import { contactWayStore } from './contact-way.store.js';

/** By then WeCom has counted yesterday. Not on the hour, when its API is busiest (contract §1.3). */
const READ_AT_MINUTE = 4 * 60 + 50;
/** Each day is a call of its own, so after a long pause only the last days are read. */
const MAX_DAYS = 7;

/** Plans one read for each acquisition link: the days that are not counted yet, up to yesterday. */
export async function acquisitionStatActions({ tx, context, now }: Run): Promise<NewOutboxRow[]> {
  const { timeZone, abilities } = context;
  if (!abilities.has('read_acquisition_stats')) return [];
  const today = dayOf(now, timeZone);
  const links = await contactWayStore.linksToCount(tx);
  return links.flatMap(({ id, configId, createdAt, last }): NewOutboxRow[] => {
    const from = Math.max(today - MAX_DAYS, dayOf(createdAt, timeZone), last === null ? 0 : last + 1);
    if (from >= today) return [];
    return [
      {
        key: readAcquisitionStatsKey(id, isoDay(today)),
        notBefore: Math.max(now, momentOf(today, READ_AT_MINUTE, timeZone)),
        expiresAt: now + DAY_MS,
        priority: priorities.readGroupStats,
        action: {
          kind: 'read_acquisition_stats',
          way: id,
          configId,
          fromMs: momentOf(from, 0, timeZone),
          toMs: momentOf(today - 1, 0, timeZone),
        },
      },
    ];
  });
}

const count = z.number().int().min(0);
const stats = z.object({
  days: z.array(z.object({ at: z.number(), clicked: count, added: count })),
  // Null where the list of customers has no end.
  spoke: count.nullable(),
  spokeUnknown: count.nullable(),
  quota: acquisitionQuotaSchema,
});

/** Stores the figures that a read answered with. */
export async function applyAcquisitionStats(
  { tx, now, timeZone }: { readonly tx: Sql; readonly now: number; readonly timeZone: string },
  { way }: ActionOf<'read_acquisition_stats'>,
  done: ActionResult,
): Promise<void> {
  const { days, spoke, spokeUnknown, quota } = stats.parse(done.result);
  const counted = days.map(({ at, ...counts }) => ({ ...counts, day: dayOf(at, timeZone) }));
  await contactWayStore.recordStats(tx, way, { days: counted, spoke, spokeUnknown });
  await writeSetting(tx, ACQUISITION_QUOTA, storableJson(quota), now);
}
