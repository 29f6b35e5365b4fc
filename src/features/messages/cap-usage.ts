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
import { noPreference, policyFor, type Preference } from '../../domain/sending/preference.js';
import { type CappedRow, messageStore } from '../../outbox/message.store.js';
import type { OutboxRow } from '../../outbox/outbox-row.js';
import { takeAdvisoryLock } from '../../platform/database/advisory-lock.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** The messages of one member that count against the caps. */
export interface CapUsage {
  /** Sent, or may have arrived. */
  readonly gone: readonly PastSend[];
  /** Planned, or in flight and not certain to arrive. */
  readonly queued: readonly PastSend[];
}

export const nothingSent: CapUsage = { gone: [], queued: [] };

/** For a row without a window of its own. */
const DEFAULT_WINDOW_MS = 30 * DAY_MS;

type CapContext = Pick<Context, 'ruleset' | 'timeZone'>;

const campaignOf = (key: string | null, { ruleset }: Pick<CapContext, 'ruleset'>): Campaign | undefined =>
  ruleset.campaigns.find((campaign) => campaign.key === key);

/** It may still fail. A mass-send that waits for a tap may also be tapped at any moment, so it counts until it ends. */
const isInFlight = ({ state }: Pick<CappedRow, 'state'>): boolean => state === 'sending' || state === 'waiting';

function sendOf(row: CappedRow, context: Pick<CapContext, 'ruleset'>, now: number): PastSend {
  const campaign = campaignOf(row.campaign, context);
  return {
    at: row.state === 'waiting' ? Math.max(row.at, now) : row.at,
    caps: row.caps,
    priority: row.priority,
    isNudge: campaign !== undefined && isNudge(campaign.trigger),
    isOpen: isInFlight(row),
  };
}

interface CapRun extends Pick<Run, 'tx' | 'now'> {
  readonly context: Pick<Context, 'ruleset'>;
}

/** What counts against the caps of each of these members now. `exceptRow`: a row that is planned again. */
export async function loadCapUsage(
  { tx, context, now }: CapRun,
  members: readonly MemberId[],
  exceptRow?: number,
): Promise<Map<MemberId, CapUsage>> {
  const rows = await messageStore.capped(tx, members, now - capLookbackMs(context.ruleset.sending));
  const found = new Map<MemberId, { gone: PastSend[]; queued: PastSend[] }>();
  for (const row of rows) {
    if (row.id === exceptRow) continue;
    const usage = found.get(row.member) ?? { gone: [], queued: [] };
    found.set(row.member, usage);
    const send = sendOf(row, context, now);
    // The highest priority, because no message may overtake one that is in flight.
    if (isInFlight(row)) usage.queued.push({ ...send, priority: priorities.welcome });
    else usage[row.state === 'planned' ? 'queued' : 'gone'].push(send);
  }
  return found;
}

/** The product's own key of PostgreSQL's advisory locks. */
const CAPS_LOCK = 7_640_009;

/**
 * All rows that the caps of these members weigh, also due ones that another worker is about to lease. Takes a lock until the
 * transaction ends: when two processes hold rows of one member, the second waits and sees what the first decided to send.
 */
export async function cappedRows(
  tx: Sql,
  members: readonly MemberId[],
  context: Pick<CapContext, 'ruleset'>,
  now: number,
): Promise<CappedRow[]> {
  await takeAdvisoryLock(tx, CAPS_LOCK);
  return messageStore.capped(tx, members, now - capLookbackMs(context.ruleset.sending));
}

/** Rows of some members, for the caps. */
export interface CapInput {
  /** All rows that the caps weigh. */
  readonly rows: readonly CappedRow[];
  /** The due ones that nothing else blocks. */
  readonly due: readonly OutboxRow[];
  readonly preferences: ReadonlyMap<MemberId, Preference>;
}

/** The caps' verdict on each due row, by row id. */
export function capVerdicts(
  { rows, due, preferences }: CapInput,
  context: CapContext,
  now: number,
): Map<number, CapVerdict> {
  const dueIds = new Set(due.map(({ id }) => id));
  const verdicts = new Map<number, CapVerdict>();
  for (const member of new Set(due.flatMap((row) => row.member ?? []))) {
    const own = rows.filter((row) => row.member === member);
    const gone = own
      .filter((row) => row.state !== 'planned' && !dueIds.has(row.id))
      .map((row) => sendOf(row, context, now));
    const queue = own.flatMap((row): QueuedSend[] =>
      dueIds.has(row.id) || (row.state === 'planned' && row.at > now)
        ? [
            {
              ...sendOf(row, context, now),
              id: row.id,
              // A leased row counts as due, whatever time it has now.
              at: dueIds.has(row.id) ? Math.min(row.at, now) : row.at,
              until: row.expiresAt ?? now + DEFAULT_WINDOW_MS,
              timing: campaignOf(row.campaign, context)?.timing ?? 'now',
            },
          ]
        : [],
    );
    const policy = policyFor(context.ruleset.sending, preferences.get(member) ?? noPreference);
    for (const [id, verdict] of decideCaps({ queue, gone }, now, policy, context.timeZone)) verdicts.set(id, verdict);
  }
  return verdicts;
}
