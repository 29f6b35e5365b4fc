import { priorities } from '../../domain/priorities.js';
import type { Context } from '../../domain/context.js';
import { DAY_MS } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { Campaign } from '../../domain/messages/index.js';
import { isNudge } from '../../domain/triggers/read-triggers.js';
import {
  capLookbackMs,
  decideCaps,
  type CapVerdict,
  type PastSend,
  type QueuedSend,
} from '../../domain/sending/decide-caps.js';
import { type CappedRow, messageStore } from '../../outbox/message.store.js';
import type { OutboxRow } from '../../outbox/outbox.store.js';
import { takeAdvisoryLock } from '../../platform/database/advisory-lock.js';
import type { Sql } from '../../platform/database/sql.js';

/** What one member has been sent, or is going to be. */
export interface CapStanding {
  readonly gone: readonly PastSend[];
  /** Planned, or on its way and not certain to arrive. */
  readonly queued: readonly PastSend[];
}

export const nothingSent: CapStanding = { gone: [], queued: [] };

/** Of a row without a window of its own. */
const LONGEST_WINDOW_MS = 30 * DAY_MS;

type On = Pick<Context, 'ruleset' | 'timeZone'>;

const campaignOf = (key: string | null, { ruleset }: Pick<On, 'ruleset'>): Campaign | undefined =>
  ruleset.campaigns.find((campaign) => campaign.key === key);

/** What is on its way may yet fail. What waits for a tap may be tapped at any moment, so it stands in the way until it is. */
const isOnItsWay = ({ state }: Pick<CappedRow, 'state'>): boolean => state === 'sending' || state === 'waiting';

function sendOf(row: CappedRow, on: Pick<On, 'ruleset'>, now: number): PastSend {
  const campaign = campaignOf(row.campaign, on);
  return {
    at: row.state === 'waiting' ? Math.max(row.at, now) : row.at,
    caps: row.caps,
    priority: row.priority,
    isNudge: campaign !== undefined && isNudge(campaign.trigger),
    isOpen: isOnItsWay(row),
  };
}

/** How each of these members stands to the caps now. */
export async function capStandings(
  sql: Sql,
  members: readonly MemberId[],
  on: Pick<On, 'ruleset'>,
  now: number,
  /** A row that is planned anew does not stand in its own way. */
  without?: number,
): Promise<Map<MemberId, CapStanding>> {
  const rows = await messageStore.capped(sql, members, now - capLookbackMs(on.ruleset.sending));
  const found = new Map<MemberId, { gone: PastSend[]; queued: PastSend[] }>();
  for (const row of rows) {
    if (row.id === without) continue;
    const standing = found.get(row.member) ?? { gone: [], queued: [] };
    found.set(row.member, standing);
    const send = sendOf(row, on, now);
    // Nothing is urgent enough to overtake what is on its way.
    if (isOnItsWay(row)) standing.queued.push({ ...send, priority: priorities.welcome });
    else standing[row.state === 'planned' ? 'queued' : 'gone'].push(send);
  }
  return found;
}

/** Our own number among PostgreSQL's advisory locks. */
const CAPS_LOCK = 7_640_009;

/**
 * Everything the caps have to decide about these members: their rows that are due, also those that another worker would
 * take. Of a member of whom two processes take a row at once, the second waits and sees what the first let go.
 */
export async function cappedRows(
  tx: Sql,
  members: readonly MemberId[],
  on: Pick<On, 'ruleset'>,
  now: number,
): Promise<CappedRow[]> {
  await takeAdvisoryLock(tx, CAPS_LOCK);
  return messageStore.capped(tx, members, now - capLookbackMs(on.ruleset.sending));
}

/** What the caps say of each row that may go for all else. `rows` are all of their members; `asked` may go. */
export function capVerdicts(
  rows: readonly CappedRow[],
  asked: readonly OutboxRow[],
  on: On,
  now: number,
): Map<number, CapVerdict> {
  const askedIds = new Set(asked.map(({ id }) => id));
  const verdicts = new Map<number, CapVerdict>();
  for (const member of new Set(asked.flatMap((row) => row.member ?? []))) {
    const own = rows.filter((row) => row.member === member);
    const gone = own
      .filter((row) => row.state !== 'planned' && !askedIds.has(row.id))
      .map((row) => sendOf(row, on, now));
    const queue = own.flatMap((row): QueuedSend[] =>
      askedIds.has(row.id) || (row.state === 'planned' && row.at > now)
        ? [
            {
              ...sendOf(row, on, now),
              id: row.id,
              // What is asked about is due, whatever its time was when it was taken.
              at: askedIds.has(row.id) ? Math.min(row.at, now) : row.at,
              until: row.expiresAt ?? now + LONGEST_WINDOW_MS,
              timing: campaignOf(row.campaign, on)?.timing ?? 'now',
            },
          ]
        : [],
    );
    for (const [id, verdict] of decideCaps({ queue, gone }, now, on.ruleset.sending, on.timeZone))
      verdicts.set(id, verdict);
  }
  return verdicts;
}
