import { asGroupId, type GroupId, type MemberId } from '../../domain/ids.js';
import type { Membership } from '../../domain/moves/move.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface PresenceChange {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly present: boolean;
  readonly at: number;
  readonly scene?: number | undefined;
  readonly state?: string | undefined;
}

/** Somebody spoke in a group, `at` epoch ms. */
export interface Said {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly at: number;
}

const laterTalk = `spoke_at = CASE WHEN group_person.spoke_at IS NULL OR excluded.spoke_at > group_person.spoke_at
    THEN excluded.spoke_at ELSE group_person.spoke_at END`;

/** Merges two rows of one person in one group. The later change decides; `joined_at` is when the present stay began. */
const mergedPresence = `(group_id, member_id) DO UPDATE SET
  present = CASE WHEN excluded.changed_at > group_person.changed_at THEN excluded.present ELSE group_person.present END,
  joined_at = CASE
    WHEN excluded.present = 1 AND group_person.present = 1 AND excluded.joined_at < group_person.joined_at THEN excluded.joined_at
    WHEN excluded.present <> group_person.present AND excluded.changed_at > group_person.changed_at
      THEN COALESCE(excluded.joined_at, group_person.joined_at)
    ELSE COALESCE(group_person.joined_at, excluded.joined_at) END,
  scene = COALESCE(group_person.scene, excluded.scene), state = COALESCE(group_person.state, excluded.state),
  spoke = CASE WHEN excluded.spoke > group_person.spoke THEN excluded.spoke ELSE group_person.spoke END,
  ${laterTalk},
  changed_at = CASE WHEN excluded.changed_at > group_person.changed_at THEN excluded.changed_at ELSE group_person.changed_at END`;

/** Who is and was in which group, since when, and by which code they joined. */
export class GroupPeopleStore {
  /** Applies the changes in the order of their times. A statement can write a row only once, so there are rounds. */
  async applyPresenceChanges(tx: Sql, changes: readonly PresenceChange[]): Promise<void> {
    for (let pending = [...changes].sort((a, b) => a.at - b.at); pending.length > 0;) {
      const round = new Map<string, PresenceChange>();
      const later: PresenceChange[] = [];
      for (const change of pending) {
        const key = `${change.group}:${change.member}`;
        if (round.has(key)) later.push(change);
        else round.set(key, change);
      }
      await this.writePresence(tx, [...round.values()]);
      pending = later;
    }
  }

  private async writePresence(tx: Sql, changes: readonly PresenceChange[]): Promise<void> {
    await tx.insert(
      'group_person',
      changes.map((change) => ({
        group_id: change.group,
        member_id: change.member,
        joined_at: change.present ? change.at : null,
        scene: change.scene ?? null,
        state: change.state ?? null,
        present: change.present ? 1 : 0,
        changed_at: change.at,
      })),
      `(group_id, member_id) DO UPDATE SET
      present = CASE WHEN excluded.changed_at >= group_person.changed_at THEN excluded.present ELSE group_person.present END,
      joined_at = CASE WHEN excluded.changed_at >= group_person.changed_at AND excluded.present = 1 AND group_person.present = 0 THEN excluded.joined_at
        WHEN excluded.present = 0 AND group_person.present = 1 AND group_person.joined_at < excluded.changed_at
          AND excluded.changed_at < group_person.changed_at THEN group_person.changed_at
        ELSE COALESCE(group_person.joined_at, excluded.joined_at) END,
      scene = COALESCE(excluded.scene, group_person.scene), state = COALESCE(excluded.state, group_person.state),
      changed_at = CASE WHEN excluded.changed_at > group_person.changed_at THEN excluded.changed_at ELSE group_person.changed_at END`,
    );
  }

  /** A message may arrive before the fact that its author joined: then a row is created that is not present. */
  async markSpoken(tx: Sql, said: readonly Said[]): Promise<void> {
    const latest = new Map<string, Said>();
    for (const one of said) {
      const key = `${one.group}:${one.member}`;
      if (one.at > (latest.get(key)?.at ?? -Infinity)) latest.set(key, one);
    }
    await tx.insert(
      'group_person',
      [...latest.values()].map(({ group, member, at }) => ({
        group_id: group,
        member_id: member,
        present: 0,
        changed_at: 0,
        spoke: 1,
        spoke_at: at,
      })),
      `(group_id, member_id) DO UPDATE SET spoke = 1, ${laterTalk}`,
    );
  }

  /** By tier: who joined its groups since then, less who left them; and since when there are groups (epoch ms). */
  async netJoins(
    sql: Sql,
    since: number,
  ): Promise<ReadonlyMap<string, { readonly net: number; readonly groupsSince: number }>> {
    const rows = await sql.all<{ tier: string; net: number | null; since: number }>(
      `SELECT g.tier, MIN(g.created_at) AS since,
         SUM(CASE WHEN gp.present = 1 AND gp.joined_at >= $1 THEN 1 WHEN gp.present = 0 AND gp.changed_at >= $1 AND gp.joined_at < $1 THEN -1 ELSE 0 END) AS net
       FROM chat_group g LEFT JOIN group_person gp ON gp.group_id = g.id
       WHERE g.tier IS NOT NULL AND g.status = 'active' GROUP BY g.tier`,
      [since],
    );
    return new Map(rows.map(({ tier, net, since: from }) => [tier, { net: Number(net ?? 0), groupsSince: from }]));
  }

  /** Makes everybody in the group due at the next review. */
  async markPresentDue(tx: Sql, group: GroupId): Promise<void> {
    await tx.run(
      `UPDATE member SET due_day = 0 WHERE due_day > 0
        AND id IN (SELECT member_id FROM group_person WHERE group_id = $1 AND present = 1)`,
      [group],
    );
  }

  async present(sql: Sql, group: GroupId): Promise<{ member: MemberId; changedAt: number }[]> {
    const rows = await sql.all<{ member_id: number; changed_at: number }>(
      'SELECT member_id, changed_at FROM group_person WHERE group_id = $1 AND present = 1',
      [group],
    );
    return rows.map((row) => ({ member: row.member_id as MemberId, changedAt: row.changed_at }));
  }

  /** The ids of each person present: one row for each id, at most one of each kind. */
  async idsOfPresent(
    sql: Sql,
    group: GroupId,
  ): Promise<{ readonly member: MemberId; readonly kind: 'external_userid' | 'chat'; readonly value: string }[]> {
    const rows = await sql.all<{ member_id: number; kind: 'external_userid' | 'chat'; value: string }>(
      `SELECT gp.member_id, i.kind, MIN(i.value) AS value FROM group_person gp JOIN identity i ON i.member_id = gp.member_id
     WHERE gp.group_id = $1 AND gp.present = 1 AND i.kind IN ('external_userid', 'chat') GROUP BY gp.member_id, i.kind`,
      [group],
    );
    return rows.map((row) => ({ member: row.member_id as MemberId, kind: row.kind, value: row.value }));
  }

  /** Everybody present who has a name, with their id in WeCom and in the chat account. */
  async namedPresent(
    sql: Sql,
    group: GroupId,
  ): Promise<{ readonly name: string; readonly external: string | null; readonly chat: string | null }[]> {
    return sql.all<{ name: string; external: string | null; chat: string | null }>(
      `SELECT mb.name,
    (SELECT MIN(i.value) FROM identity i WHERE i.member_id = mb.id AND i.kind = 'external_userid') AS external,
    (SELECT MIN(i.value) FROM identity i WHERE i.member_id = mb.id AND i.kind = 'chat') AS chat
    FROM group_person gp JOIN member mb ON mb.id = gp.member_id WHERE gp.group_id = $1 AND gp.present = 1 AND mb.name <> ''`,
      [group],
    );
  }

  /** How many other people are in these groups, and how many of them have sent fewer than `messages` messages. */
  async othersWhoSaidLess(
    sql: Sql,
    groups: readonly GroupId[],
    { member, messages }: { readonly member: MemberId; readonly messages: number },
  ): Promise<{ readonly less: number; readonly others: number }> {
    const row = await sql.one<{ less: number; others: number }>(
      `SELECT COUNT(CASE WHEN COALESCE(mm.messages_total, 0) < $1 THEN 1 END) AS less, COUNT(*) AS others FROM
      (SELECT DISTINCT member_id FROM group_person WHERE present = 1 AND member_id <> $2 AND group_id IN ${inNumbers(sql, 3)}) AS there
      LEFT JOIN member_metrics mm ON mm.member_id = there.member_id`,
      [messages, member, storableJson(groups)],
    );
    return { less: Number(row?.less ?? 0), others: Number(row?.others ?? 0) };
  }

  /** How many other people in these groups have spoken there. */
  async othersWhoSpoke(sql: Sql, groups: readonly GroupId[], member: MemberId): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(DISTINCT member_id) AS n FROM group_person WHERE present = 1 AND spoke = 1 AND member_id <> $1 AND group_id IN ${inNumbers(sql, 2)}`,
      [member, storableJson(groups)],
    );
    return Number(row?.n ?? 0);
  }

  /**
   * Everybody who is or was in the group, or spoke there. `changedAt`: of their last change, in epoch ms; `state`: that of the
   * code by which they joined.
   */
  async everSeen(
    sql: Sql,
    group: GroupId,
  ): Promise<
    {
      readonly member: MemberId;
      readonly isPresent: boolean;
      readonly changedAt: number;
      readonly state: string | null;
    }[]
  > {
    const rows = await sql.all<{ member_id: number; present: number; changed_at: number; state: string | null }>(
      'SELECT member_id, present, changed_at, state FROM group_person WHERE group_id = $1',
      [group],
    );
    return rows.map((row) => ({
      member: row.member_id as MemberId,
      isPresent: row.present === 1,
      changedAt: row.changed_at,
      state: row.state,
    }));
  }

  /**
   * The active groups of each member. WeCom may open a group by itself from one of our codes, under a name that fits no
   * pool: whoever joined by the code counts for the pool of the code.
   */
  async membershipsOf(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Membership[]>> {
    const found = new Map<MemberId, Membership[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; group_id: number; name: string; tier: string | null }>(
      `SELECT gp.member_id, gp.group_id, g.name, COALESCE(g.tier, (SELECT w.tier FROM chat_group w WHERE w.join_state = gp.state)) AS tier
       FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
       WHERE gp.present = 1 AND g.status = 'active' AND gp.member_id IN ${inNumbers(sql, 1)} ORDER BY gp.group_id`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = row.member_id as MemberId;
      found.set(member, [
        ...(found.get(member) ?? []),
        { group: asGroupId(row.group_id), tier: row.tier, name: row.name },
      ]);
    }
    return found;
  }

  /** Merges the group memberships of member `from` into those of `to`. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(`INSERT INTO group_person (group_id, member_id, joined_at, scene, state, present, changed_at, spoke, spoke_at)
      SELECT group_id, ${to}, joined_at, scene, state, present, changed_at, spoke, spoke_at FROM group_person WHERE member_id = ${from}
      ON CONFLICT ${mergedPresence}`);
    await tx.run('DELETE FROM group_person WHERE member_id = $1', [from]);
  }

  /** Merges who is in group `from` into group `to`, when both are the same group. */
  async mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void> {
    await tx.run(`INSERT INTO group_person (group_id, member_id, joined_at, scene, state, present, changed_at, spoke, spoke_at)
      SELECT ${to}, member_id, joined_at, scene, state, present, changed_at, spoke, spoke_at FROM group_person WHERE group_id = ${from}
      ON CONFLICT ${mergedPresence}`);
    await tx.run('DELETE FROM group_person WHERE group_id = $1', [from]);
  }
}

export const groupPeopleStore = new GroupPeopleStore();
