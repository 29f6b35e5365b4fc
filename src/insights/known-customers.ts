import type { Sql } from '../platform/database/sql.js';

/** The latest move of a customer. */
export interface KnownMove {
  readonly tier: string;
  readonly state: string;
  /** Why it got there, as its last entry says; empty for no reason. */
  readonly note: string;
  readonly wasInvited: boolean;
  readonly waitsForApproval: boolean;
}

export interface KnownCustomer {
  readonly externalUserId: string;
  readonly tier: string | null;
  readonly stage: string | null;
  readonly isContact: boolean;
  readonly optedOut: boolean;
  /** Epoch ms; null when nothing of theirs was ever recorded. */
  readonly lastSeenAt: number | null;
  /** The chat ids of the groups that they are in. */
  readonly groups: readonly { readonly chatId: string; readonly tier: string | null }[];
  readonly lastMove: KnownMove | null;
}

/** Every customer of WeCom as the product knows them. */
export async function knownCustomers(sql: Sql): Promise<KnownCustomer[]> {
  const rows = await sql.all<{
    member_id: number;
    external: string;
    tier: string | null;
    stage: string | null;
    is_contact: number;
    opted_out: number;
    last_seen_at: number | null;
  }>(
    `SELECT i.member_id, i.value AS external, mm.tier, mm.stage, mm.is_contact, mm.opted_out, mb.last_seen_at
     FROM identity i JOIN member mb ON mb.id = i.member_id JOIN member_metrics mm ON mm.member_id = mb.id
     WHERE i.kind = 'external_userid' ORDER BY i.value`,
  );
  const places = await sql.all<{ member_id: number; chat_id: string; tier: string | null }>(
    `SELECT gp.member_id, g.chat_id, g.tier FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
     WHERE gp.present = 1 AND g.chat_id IS NOT NULL ORDER BY gp.member_id, g.chat_id`,
  );
  const groups = new Map<number, { chatId: string; tier: string | null }[]>();
  for (const { member_id: member, chat_id: chatId, tier } of places)
    groups.set(Number(member), [...(groups.get(Number(member)) ?? []), { chatId, tier }]);
  const moves = await latestMoves(sql);
  return rows.map((row) => ({
    externalUserId: row.external,
    tier: row.tier,
    stage: row.stage,
    isContact: Number(row.is_contact) === 1,
    optedOut: Number(row.opted_out) === 1,
    lastSeenAt: row.last_seen_at === null ? null : Number(row.last_seen_at),
    groups: groups.get(Number(row.member_id)) ?? [],
    lastMove: moves.get(Number(row.member_id)) ?? null,
  }));
}

async function latestMoves(sql: Sql): Promise<ReadonlyMap<number, KnownMove>> {
  const rows = await sql.all<{
    member_id: number;
    tier: string;
    state: string;
    note: string | null;
    was_invited: number;
    waits: number;
  }>(
    `SELECT m.member_id, m.tier, m.state, CASE WHEN m.invited_at IS NULL THEN 0 ELSE 1 END AS was_invited,
      (SELECT e.note FROM move_event e WHERE e.move_id = m.id ORDER BY e.id DESC LIMIT 1) AS note,
      CASE WHEN EXISTS (SELECT 1 FROM operator_task t WHERE t.move_id = m.id AND t.kind = 'approve_move' AND t.state = 'open')
        THEN 1 ELSE 0 END AS waits
     FROM move m WHERE m.id IN (SELECT MAX(id) FROM move GROUP BY member_id)`,
  );
  return new Map(
    rows.map((row) => [
      Number(row.member_id),
      {
        tier: row.tier,
        state: row.state,
        note: row.note ?? '',
        wasInvited: Number(row.was_invited) === 1,
        waitsForApproval: Number(row.waits) === 1,
      },
    ]),
  );
}
