import type { Sql } from '../platform/database/sql.js';

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
  return rows.map((row) => ({
    externalUserId: row.external,
    tier: row.tier,
    stage: row.stage,
    isContact: Number(row.is_contact) === 1,
    optedOut: Number(row.opted_out) === 1,
    lastSeenAt: row.last_seen_at === null ? null : Number(row.last_seen_at),
    groups: groups.get(Number(row.member_id)) ?? [],
  }));
}
