import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import { messageStore } from '../../outbox/message.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { type Day, DAY_MS, dayOf } from '../../domain/day.js';
import { wecomCapOn } from '../../domain/sending/send-policy.js';

/** WeCom counts mass-sends by the calendar's month at most, and what is planned lies up to a month ahead. */
export const CAP_LOOKBACK_DAYS = 62;

/** On which days WeCom counts a mass-send to each of these members. */
export async function massSendDays(
  tx: Sql,
  members: readonly MemberId[],
  context: Pick<Context, 'timeZone'>,
  now: number,
): Promise<Map<MemberId, Day[]>> {
  const times = await messageStore.massSendTimes(tx, members, now - CAP_LOOKBACK_DAYS * DAY_MS);
  return new Map([...times].map(([member, all]) => [member, all.map((at) => dayOf(at, context.timeZone))]));
}

/** The first moment, day by day, at which WeCom lets one more mass-send through to a member; or the cap it is beyond. */
export function underWecomCap(
  from: number,
  until: number,
  massDays: readonly Day[],
  context: Context,
): { readonly at: number } | { readonly refused: string } {
  const first = wecomCapOn(dayOf(from, context.timeZone), massDays, context.ruleset.sending);
  if (first === null) return { at: from };
  for (let at = from + DAY_MS; at <= until; at += DAY_MS)
    if (wecomCapOn(dayOf(at, context.timeZone), massDays, context.ruleset.sending) === null) return { at };
  return { refused: first };
}
