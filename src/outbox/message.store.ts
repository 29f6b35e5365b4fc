import type { MemberId } from '../domain/ids.js';
import { cutToCodePoints } from '../domain/cut-text.js';
import { SHARED_REF_LENGTH } from '../domain/service/service-window.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import type { CapClass } from '../domain/sending/send-policy.js';
import type { EarlierMessage } from '../domain/answered-occasions.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import type { DeliveryState } from './outbox-row.js';
import { reasonIn } from './reason-in.js';

/** A message as it counts against caps. `at` (epoch ms): when it went, or when it is due where it is still planned. */
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

interface CapColumns {
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

/** How many messages of a template are not sent yet. */
export interface Queued {
  readonly planned: number;
  /** In a mass-send task that staff have not confirmed. */
  readonly waiting: number;
}

/** A message that was sent, and the version and variant of its template. */
export interface SentMessage {
  readonly id: number;
  readonly campaign: string;
  readonly version: number | null;
  readonly variant: string | null;
}

/** The outbox rows that are messages to members: what each member was sent, and what is planned for them. */
export class MessageStore {
  /** The messages that count against these members' caps: those sent or perhaps sent since a time (epoch ms), and all planned ones. */
  async capped(sql: Sql, members: readonly MemberId[], since: number): Promise<CappedRow[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<CapColumns>(
      `SELECT id, member_id, campaign, state, caps, priority, not_before, expires_at, cap_at FROM outbox
      WHERE member_id IN ${inNumbers(sql, 1)} AND caps IS NOT NULL AND (state = 'planned' OR (cap_at >= $2
      AND (state IN ('sending', 'waiting', 'sent') OR ${reasonIn(mayHaveArrived)})))`,
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

  /**
   * The id of the sent message of customer service to which a msgid belongs; null when there is none. All msgids of one message begin
   * alike, whichever of its parts or attempts they are of.
   */
  async sentThroughService(sql: Sql, member: MemberId, msgid: string): Promise<number | null> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE member_id = $1 AND kind IN ('kf_say', 'kf_welcome') AND state = 'sent'
       AND SUBSTR(external_ref, 1, ${SHARED_REF_LENGTH}) = $2 ORDER BY id DESC LIMIT 1`,
      [member, cutToCodePoints(msgid, SHARED_REF_LENGTH)],
    );
    return row?.id ?? null;
  }

  /** Times (epoch ms) of the mass-sends planned for or sent to these members since a time, whether or not our own caps count them. */
  async massSendTimes(sql: Sql, members: readonly MemberId[], since: number): Promise<Map<MemberId, number[]>> {
    const found = new Map<MemberId, number[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; at: number }>(
      `SELECT member_id, COALESCE(cap_at, not_before) AS at FROM outbox WHERE kind = 'mass_send' AND not_before >= $1
      AND (state NOT IN ('suppressed', 'cancelled', 'failed', 'dead') OR cap_at IS NOT NULL AND ${reasonIn(mayHaveArrived)}) AND member_id IN ${inNumbers(sql, 2)}`,
      [since, storableJson(members)],
    );
    for (const row of rows)
      found.set(row.member_id as MemberId, [...(found.get(row.member_id as MemberId) ?? []), row.at]);
    return found;
  }

  /** All messages about occasions of these members, sent or not, by campaign. */
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
      const byCampaign = found.get(member_id as MemberId) ?? new Map<string, EarlierMessage[]>();
      found.set(member_id as MemberId, byCampaign);
      byCampaign.set(campaign, [...(byCampaign.get(campaign) ?? []), { ...row, createdAt: created_at }]);
    }
    return found;
  }

  /** The last template message that was sent to a member between two times (epoch ms, both included). */
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

  /** The ids of the rows with these keys. */
  async idsOf(sql: Sql, keys: readonly string[]): Promise<Map<string, number>> {
    if (keys.length === 0) return new Map();
    const rows = await sql.all<{ id: number; key: string }>(
      `SELECT id, key FROM outbox WHERE key IN ${inTexts(sql, 1)}`,
      [storableJson(keys)],
    );
    return new Map(rows.map(({ id, key }) => [key, id]));
  }

  /** Whom a message is for. */
  async memberOf(sql: Sql, id: number): Promise<MemberId | null> {
    const row = await sql.one<{ member_id: MemberId | null }>('SELECT member_id FROM outbox WHERE id = $1', [id]);
    return row?.member_id ?? null;
  }

  /** A member's messages in any state, the latest first. `at` (epoch ms): when the message was settled, else when it was planned. */
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

  /** How many messages of these templates are planned, and how many wait for staff. Null: of all templates. */
  async queuedOf(sql: Sql, campaigns: readonly string[] | null): Promise<Map<string, Queued>> {
    const rows = await sql.all<{ campaign: string; planned: number; waiting: number }>(
      `SELECT campaign, SUM(CASE WHEN state = 'waiting' THEN 0 ELSE 1 END) AS planned, SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting
      FROM outbox WHERE state IN ('planned', 'sending', 'waiting') AND campaign IS NOT NULL
      ${campaigns === null ? '' : `AND campaign IN ${inTexts(sql, 1)}`} GROUP BY campaign`,
      campaigns === null ? [] : [storableJson(campaigns)],
    );
    return new Map(rows.map((row) => [row.campaign, { planned: Number(row.planned), waiting: Number(row.waiting) }]));
  }

  /** Counts the unsent messages of a template that are sent in its newest version, or not at all when it is off. */
  async countUnpinned(sql: Sql, campaign: string): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state IN ('planned', 'sending') AND campaign = $1 AND keeps_version IS NULL`,
      [campaign],
    );
    return Number(row?.n ?? 0);
  }

  /** Pins the unsent messages of a template to a version; null: each to the version it has. Returns how many there were. */
  async pinVersion(tx: Sql, campaign: string, version: number | null): Promise<number> {
    return tx.run(
      `UPDATE outbox SET keeps_version = COALESCE($1, keeps_version, template_version)
      WHERE campaign = $2 AND state IN ('planned', 'sending', 'waiting')`,
      [version, campaign],
    );
  }

  /**
   * Lets pinned messages follow their template again, those cancelled because of caps included, as they may be planned again.
   * `not_waiting`: not those that wait for staff, because their mass-send goes on as it is.
   */
  async unpinVersions(tx: Sql, campaign: string, which: 'all' | 'not_waiting'): Promise<void> {
    await tx.run(
      `UPDATE outbox SET keeps_version = NULL WHERE campaign = $1 AND keeps_version IS NOT NULL AND state <> 'sent'
      ${which === 'all' ? '' : "AND state <> 'waiting'"}`,
      [campaign],
    );
  }
}

export const messageStore = new MessageStore();
