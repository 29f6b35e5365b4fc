import { asOf, type AsOf, type Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { MetricRow } from '../../domain/metrics/index.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

/** `invitee`: the id by which the fact names the invited person, who may be known only later. */
export interface Invitation {
  readonly member: MemberId;
  readonly invitee: string;
  readonly day: Day;
}

const earliest = `(member_id, invitee) DO UPDATE SET
  day = CASE WHEN excluded.day < invitation.day THEN excluded.day ELSE invitation.day END`;
/** Windows of the figures, in days; the last is all time. */
const spans = [
  ['7d', 7],
  ['30d', 30],
  ['90d', 90],
  ['total', 1_000_000],
] as const;

/** Who invited whom, and since which day: the first invitation of the same person counts. */
export class InvitationStore {
  async add(tx: Sql, invitations: readonly Invitation[]): Promise<void> {
    const rows = new Map<string, { member_id: MemberId; invitee: string; day: Day }>();
    for (const { member, invitee, day } of invitations) {
      const key = storableJson([member, invitee]);
      rows.set(key, { member_id: member, invitee, day: Math.min(day, rows.get(key)?.day ?? day) });
    }
    await tx.insert('invitation', [...rows.values()], earliest);
  }

  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(`INSERT INTO invitation (member_id, invitee, day) SELECT ${to}, invitee, day FROM invitation
      WHERE member_id = ${from} ON CONFLICT ${earliest}`);
    await tx.run('DELETE FROM invitation WHERE member_id = $1', [from]);
  }

  /** Deletes the invitations by these members before they are counted again. */
  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`DELETE FROM invitation WHERE member_id IN ${inNumbers(tx, 1)}`, [storableJson(members)]);
  }

  /** Everybody who invited one of these members, under any of their ids. */
  async invitersOf(sql: Sql, members: readonly MemberId[]): Promise<readonly MemberId[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<{ id: MemberId }>(
      `SELECT DISTINCT invitation.member_id AS id FROM identity JOIN invitation ON invitation.invitee = identity.value
       WHERE identity.member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return rows.map(({ id }) => id);
  }

  /** Orders and money of the people whom these members invited, from the day of the invitation on. */
  async figures(sql: Sql, members: readonly MemberId[], when: Day | AsOf): Promise<Map<MemberId, MetricRow>> {
    if (members.length === 0) return new Map();
    const { today, lastDay } = asOf(when);
    const within = (days: number, column: string): string =>
      `SUM(CASE WHEN d.day > ${today - days} THEN d.${column} ELSE 0 END)`;
    const sums = spans.flatMap(([name, days]) => [
      `${within(days, 'orders')} AS invited_orders_${name}`,
      `${within(days, 'spend_cents')} AS invited_spend_${name}_cents`,
    ]);
    const rows = await sql.all<Record<string, number>>(
      `SELECT invited.inviter, ${sums.join(', ')} FROM (
         SELECT invitation.member_id AS inviter, identity.member_id AS invitee, MIN(invitation.day) AS since
         FROM invitation JOIN identity ON identity.value = invitation.invitee
         WHERE invitation.member_id IN ${inNumbers(sql, 1)} AND identity.member_id <> invitation.member_id
         GROUP BY invitation.member_id, identity.member_id) AS invited
       JOIN member_day d ON d.member_id = invited.invitee AND d.day >= invited.since AND d.day <= ${lastDay}
       GROUP BY invited.inviter`,
      [storableJson(members)],
    );
    return new Map(rows.map(({ inviter, ...figures }) => [inviter as MemberId, figures]));
  }
}

export const invitationStore = new InvitationStore();
