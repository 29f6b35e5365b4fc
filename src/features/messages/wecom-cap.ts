import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import { messageStore } from '../../outbox/message.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { type Day, DAY_MS, dayOf } from '../../domain/day.js';
import { isKeptFree, wecomCapOn, type SendingPolicy } from '../../domain/sending/send-policy.js';

/** WeCom's longest cap counts a calendar month, and messages are planned up to a month ahead. */
const CAP_LOOKBACK_DAYS = 62;

/** For each of these members, the days on which WeCom counts a mass-send. */
export async function massSendDays(
  tx: Sql,
  members: readonly MemberId[],
  context: Pick<Context, 'timeZone'>,
  now: number,
): Promise<Map<MemberId, Day[]>> {
  const times = await messageStore.massSendTimes(tx, members, now - CAP_LOOKBACK_DAYS * DAY_MS);
  return new Map([...times].map(([member, sent]) => [member, sent.map((at) => dayOf(at, context.timeZone))]));
}

/** The first time, in steps of a day, at which WeCom delivers one more mass-send to a member; else the code of its cap. */
export function firstTimeUnderWecomCap(
  from: number,
  until: number,
  massDays: readonly Day[],
  { timeZone, sending }: Pick<Context, 'timeZone'> & { readonly sending: SendingPolicy },
): { readonly at: number } | { readonly refused: string } {
  const code = wecomCapOn(dayOf(from, timeZone), massDays, sending);
  if (code === null) return { at: from };
  for (let at = from + DAY_MS; at <= until; at += DAY_MS)
    if (wecomCapOn(dayOf(at, timeZone), massDays, sending) === null && !isKeptFree(at, sending, timeZone))
      return { at };
  return { refused: code };
}
