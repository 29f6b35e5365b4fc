import type { MemberId } from '../domain/ids.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import type { CapClass } from '../domain/sending/send-policy.js';
import type { EarlierMessage } from '../domain/answered-occasions.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import type { DeliveryState } from './outbox.store.js';
import { reasonAmong } from './reason-among.js';

/** A message as the caps see it. `at` is the time that counts: of what is planned, when it is to go. */
export interface CappedRow {
  readonly id: number;
  readonly member: MemberId;
  readonly campaign: string | null;
  readonly state: DeliveryState;
  readonly caps: CapClass;
  readonly priority: number;
  readonly at: number;
  readonly expiresAt: number | null;
}

interface CappedTable {
  id: number;
  member_id: number;
  campaign: string | null;
  state: string;
  caps: string;
  priority: number;
  not_before: number;
  expires_at: number | null;
  cap_at: number | null;
}

/** Messages of a template that are still to go. */
export interface Queued {
  readonly planned: number;
  /** Handed to staff, who have not tapped. */
  readonly waiting: number;
}

/** A message of a template that went out, and in which words. */
export interface SentMessage {
  readonly id: number;
  readonly campaign: string;
  readonly version: number | null;
  readonly variant: string | null;
}

/** The rows of the outbox that are messages to members: what each got and what waits for them, and in which words. */
export class MessageStore {
  /** Every message that counts against the members' caps: what has gone or may be on its way since a time, and what is planned. */
  async capped(sql: Sql, members: readonly MemberId[], since: number): Promise<CappedRow[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<CappedTable>(
      `SELECT id, member_id, campaign, state, caps, priority, not_before, expires_at, cap_at FROM outbox
      WHERE member_id IN ${inNumbers(sql, 1)} AND caps IS NOT NULL AND (state = 'planned' OR (cap_at >= $2
      AND (state IN ('sending', 'waiting', 'sent') OR ${reasonAmong(mayHaveArrived)})))`,
      [storableJson(members), since],
    );
    return rows.map((row) => ({
      id: row.id,
      member: row.member_id as MemberId,
      campaign: row.campaign,
      state: row.state as DeliveryState,
      caps: row.caps as CapClass,
      priority: row.priority,
      at: row.state === 'planned' ? row.not_before : (row.cap_at ?? row.not_before),
      expiresAt: row.expires_at,
    }));
  }

  /** When mass-sends were planned for or went to these members since a time, whether or not our own caps count them. */
  async massSendTimes(sql: Sql, members: readonly MemberId[], since: number): Promise<Map<MemberId, number[]>> {
    const found = new Map<MemberId, number[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; at: number }>(
      `SELECT member_id, COALESCE(cap_at, not_before) AS at FROM outbox WHERE kind = 'mass_send' AND not_before >= $1
      AND (state NOT IN ('suppressed', 'cancelled', 'failed', 'dead') OR cap_at IS NOT NULL AND ${reasonAmong(mayHaveArrived)}) AND member_id IN ${inNumbers(sql, 2)}`,
      [since, storableJson(members)],
    );
    for (const row of rows)
      found.set(row.member_id as MemberId, [...(found.get(row.member_id as MemberId) ?? []), row.at]);
    return found;
  }

  /** What these members were ever told or not told, by campaign. */
  async earlierMessages(
    sql: Sql,
    members: readonly MemberId[],
  ): Promise<Map<MemberId, Map<string, readonly EarlierMessage[]>>> {
    const found = new Map<MemberId, Map<string, EarlierMessage[]>>();
    if (members.length === 0) return found;
    const rows = await sql.all<{
      member_id: number;
      campaign: string;
      key: string;
      occasion: string;
      state: string;
      reason: string | null;
      created_at: number;
    }>(
      `SELECT member_id, campaign, key, occasion, state, reason, created_at FROM outbox
      WHERE occasion IS NOT NULL AND campaign IS NOT NULL AND member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    for (const { member_id, campaign, created_at, ...row } of rows) {
      const of = found.get(member_id as MemberId) ?? new Map<string, EarlierMessage[]>();
      found.set(member_id as MemberId, of);
      of.set(campaign, [...(of.get(campaign) ?? []), { ...row, createdAt: created_at }]);
    }
    return found;
  }

  /** The last message of a template that a member got between two times, the later one included. */
  async lastSentTo(
    sql: Sql,
    member: MemberId,
    { from, until }: { readonly from: number; readonly until: number },
  ): Promise<SentMessage | null> {
    const row = await sql.one<{
      id: number;
      campaign: string;
      template_version: number | null;
      variant: string | null;
    }>(
      `SELECT id, campaign, template_version, variant FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL AND state = 'sent'
       AND settled_at <= $2 AND settled_at >= $3 ORDER BY settled_at DESC, id DESC LIMIT 1`,
      [member, until, from],
    );
    return row ? { id: row.id, campaign: row.campaign, version: row.template_version, variant: row.variant } : null;
  }

  /** What was planned for or became of a member's messages, the latest first. `at`: when it was settled, else planned. */
  async latestOf(
    sql: Sql,
    member: MemberId,
    limit: number,
  ): Promise<
    { readonly at: number; readonly campaign: string; readonly reason: string | null; readonly state: string }[]
  > {
    return sql.all(
      `SELECT COALESCE(settled_at, created_at) AS at, campaign, reason, state FROM outbox
     WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id DESC LIMIT ${limit}`,
      [member],
    );
  }

  /** How many messages of these templates wait for their hour, and how many for the tap of staff; of all, when none is named. */
  async queuedOf(sql: Sql, campaigns: readonly string[] | null): Promise<Map<string, Queued>> {
    const rows = await sql.all<{ campaign: string; planned: number; waiting: number }>(
      `SELECT campaign, SUM(CASE WHEN state = 'waiting' THEN 0 ELSE 1 END) AS planned, SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting
      FROM outbox WHERE state IN ('planned', 'sending', 'waiting') AND campaign IS NOT NULL
      ${campaigns === null ? '' : `AND campaign IN ${inTexts(sql, 1)}`} GROUP BY campaign`,
      campaigns === null ? [] : [storableJson(campaigns)],
    );
    return new Map(rows.map((row) => [row.campaign, { planned: Number(row.planned), waiting: Number(row.waiting) }]));
  }

  /** How many messages of a template follow it: they go in its newest words, or not at all when it is off. */
  async countUnpinned(sql: Sql, campaign: string): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state IN ('planned', 'sending') AND campaign = $1 AND keeps_version IS NULL`,
      [campaign],
    );
    return Number(row?.n ?? 0);
  }

  /** What waits keeps its words, whatever becomes of the template: those of a version, or those it has. */
  async pinVersion(tx: Sql, campaign: string, version: number | null): Promise<number> {
    return tx.run(
      `UPDATE outbox SET keeps_version = COALESCE($1, keeps_version, template_version)
      WHERE campaign = $2 AND state IN ('planned', 'sending', 'waiting')`,
      [version, campaign],
    );
  }

  /**
   * What was told to keep its words follows its template again. Also what gave way to another message: it may become due
   * once more. What waits for a tap of staff only where it is to be taken back.
   */
  async unpinVersions(tx: Sql, campaign: string, of: 'all' | 'not_waiting'): Promise<void> {
    await tx.run(
      `UPDATE outbox SET keeps_version = NULL WHERE campaign = $1 AND keeps_version IS NOT NULL AND state <> 'sent'
      ${of === 'all' ? '' : "AND state <> 'waiting'"}`,
      [campaign],
    );
  }
}

export const messageStore = new MessageStore();
