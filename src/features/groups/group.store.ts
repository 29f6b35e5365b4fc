import type { FactOf } from '../../domain/fact.js';
import { asGroupId, type GroupId, type MemberId } from '../../domain/ids.js';
import type { Membership } from '../../domain/moves/move.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { type StoredGroup, type StoredPoolGroup, isOfficialChatId } from '../../domain/moves/group.js';

interface GroupRow {
  id: number;
  name: string;
  owner: string;
  tier: string | null;
  capacity: number;
  status: string;
  chat_id: string | null;
  room_id: string | null;
  version: string | null;
  join_qr: string | null;
  read_at: number;
}

const columns = 'id, name, owner, tier, capacity, status, chat_id, room_id, version, join_qr, read_at';
const storedGroup = (row: GroupRow): StoredGroup => ({
  id: asGroupId(row.id),
  name: row.name,
  owner: row.owner,
  tier: row.tier,
  capacity: row.capacity,
  status: row.status,
  chatId: row.chat_id,
  roomId: row.room_id,
  version: row.version,
  joinQr: row.join_qr,
  readAt: row.read_at,
});

export interface PresenceChange {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly present: boolean;
  readonly at: number;
  readonly scene?: number | undefined;
  readonly state?: string | undefined;
}

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
  changed_at = CASE WHEN excluded.changed_at > group_person.changed_at THEN excluded.changed_at ELSE group_person.changed_at END`;

/** Groups, under WeCom's id (`chat_id`) and the chat account's (`room_id`), and who is in them. */
export class GroupStore {
  async all(sql: Sql): Promise<StoredGroup[]> {
    return (await sql.all<GroupRow>(`SELECT ${columns} FROM chat_group ORDER BY id`)).map(storedGroup);
  }

  async byId(sql: Sql, id: GroupId): Promise<StoredGroup | undefined> {
    const row = await sql.one<GroupRow>(`SELECT ${columns} FROM chat_group WHERE id = $1`, [id]);
    return row && storedGroup(row);
  }

  /** The group of each outside id. A group that is not known yet is created. */
  async resolve(tx: Sql, chatIds: readonly string[], now: number): Promise<Map<string, StoredGroup>> {
    const wanted = [...new Set(chatIds)];
    const found = new Map<string, StoredGroup>();
    if (wanted.length === 0) return found;
    const read = async () => {
      const rows = await tx.all<GroupRow>(
        `SELECT ${columns} FROM chat_group WHERE chat_id IN ${inTexts(tx, 1)} OR room_id IN ${inTexts(tx, 1)}`,
        [storableJson(wanted)],
      );
      for (const row of rows) {
        if (row.chat_id !== null) found.set(row.chat_id, storedGroup(row));
        if (row.room_id !== null) found.set(row.room_id, storedGroup(row));
      }
    };
    await read();
    const unknown = wanted.filter((chatId) => !found.has(chatId));
    if (unknown.length > 0) {
      await tx.insert(
        'chat_group',
        unknown.map((chatId) => ({
          chat_id: isOfficialChatId(chatId) ? chatId : null,
          room_id: isOfficialChatId(chatId) ? null : chatId,
          created_at: now,
        })),
        'DO NOTHING',
      );
      await read();
    }
    return found;
  }

  /**
   * Writes what a read of the group shows. An empty owner or a missing version leaves what is stored.
   * `tier` and `capacity` are those of the pool that the group's name belongs to.
   */
  async applyRead(
    tx: Sql,
    group: GroupId,
    read: FactOf<'group_read'>['data'],
    { tier, capacity }: Pick<StoredGroup, 'tier' | 'capacity'>,
  ): Promise<void> {
    const staff = read.people.filter((person) => person.staff).length;
    await tx.run(
      `UPDATE chat_group SET name = $1, owner = CASE WHEN $2 = '' THEN owner ELSE $2 END, version = COALESCE($3, version), read_at = $4, staff_count = $5,
      status = $6, tier = $7, capacity = $8 WHERE id = $9`,
      [
        read.name,
        isOfficialChatId(read.chatId) ? read.owner : '',
        read.version ?? null,
        read.readAt,
        staff,
        read.dismissed ? 'dismissed' : 'active',
        tier,
        capacity,
        group,
      ],
    );
  }

  /** WeCom's state: 0 has an owner, 1 the owner left, 2 is being inherited, 3 was inherited (contract §5.1). */
  async updateOwnerState(tx: Sql, group: GroupId, ownerState: number): Promise<void> {
    await tx.run('UPDATE chat_group SET owner_state = $1 WHERE id = $2', [ownerState, group]);
  }

  /** For a read that shows a new owner but no state: a group whose owner had left was inherited. */
  async markInherited(tx: Sql, group: GroupId): Promise<void> {
    await tx.run('UPDATE chat_group SET owner_state = 3 WHERE id = $1 AND owner_state IN (1, 2)', [group]);
  }

  async updateVersion(tx: Sql, group: GroupId, version: string | null): Promise<void> {
    await tx.run('UPDATE chat_group SET version = $1 WHERE id = $2', [version, group]);
  }

  /** The group of this WeCom id, with the state of its owner. */
  async byChatId(
    sql: Sql,
    chatId: string,
  ): Promise<{ readonly group: StoredGroup; readonly ownerState: number } | undefined> {
    const row = await sql.one<GroupRow & { owner_state: number }>(
      `SELECT ${columns}, owner_state FROM chat_group WHERE chat_id = $1`,
      [chatId],
    );
    return row && { group: storedGroup(row), ownerState: row.owner_state };
  }

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
  async markSpoken(tx: Sql, pairs: readonly { readonly group: GroupId; readonly member: MemberId }[]): Promise<void> {
    const keys = new Map(pairs.map((pair) => [`${pair.group}:${pair.member}`, pair]));
    await tx.insert(
      'group_person',
      [...keys.values()].map(({ group, member }) => ({
        group_id: group,
        member_id: member,
        present: 0,
        changed_at: 0,
        spoke: 1,
      })),
      '(group_id, member_id) DO UPDATE SET spoke = 1',
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

  /** The last change of each person who is not in the group any more, in epoch ms. */
  async absentSince(sql: Sql, group: GroupId): Promise<Map<MemberId, number>> {
    const rows = await sql.all<{ member_id: number; changed_at: number }>(
      'SELECT member_id, changed_at FROM group_person WHERE group_id = $1 AND present = 0',
      [group],
    );
    return new Map(rows.map((row) => [row.member_id as MemberId, row.changed_at]));
  }

  /**
   * The active groups of each member. WeCom may open a group by itself from one of our codes, under a name that fits no
   * pool: whoever joined by the code counts for the pool of the code.
   */
  async membershipsOf(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Membership[]>> {
    const found = new Map<MemberId, Membership[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; group_id: number; tier: string | null }>(
      `SELECT gp.member_id, gp.group_id, COALESCE(g.tier, (SELECT w.tier FROM chat_group w WHERE w.join_state = gp.state)) AS tier
       FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
       WHERE gp.present = 1 AND g.status = 'active' AND gp.member_id IN ${inNumbers(sql, 1)} ORDER BY gp.group_id`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = row.member_id as MemberId;
      found.set(member, [...(found.get(member) ?? []), { group: asGroupId(row.group_id), tier: row.tier }]);
    }
    return found;
  }

  /**
   * The groups of every tier (or of one), dismissed ones too. `members` includes staff; `promised` are the places of open
   * moves.
   */
  async pools(sql: Sql, tier?: string): Promise<StoredPoolGroup[]> {
    const rows = await sql.all<{
      id: number;
      tier: string;
      name: string;
      owner: string;
      owner_state: number;
      capacity: number;
      status: string;
      chat_id: string | null;
      members: number;
      promised: number;
      join_state: string | null;
      join_config_id: string | null;
      join_qr: string | null;
      join_chats: string | null;
      join_version: number;
    }>(
      `SELECT g.id, g.tier, g.name, g.owner, g.owner_state, g.capacity, g.status, g.chat_id,
      g.staff_count + (SELECT COUNT(*) FROM group_person gp WHERE gp.group_id = g.id AND gp.present = 1) AS members,
      (SELECT COUNT(*) FROM move m WHERE m.to_group = g.id AND m.closed_at IS NULL AND m.state IN ('planned', 'invited')) AS promised,
      g.join_state, g.join_config_id, g.join_qr, g.join_chats, g.join_version
      FROM chat_group g WHERE g.tier ${tier === undefined ? 'IS NOT NULL' : '= $1'} ORDER BY g.id`,
      tier === undefined ? [] : [tier],
    );
    return rows.map((row) => ({
      id: asGroupId(row.id),
      tier: row.tier,
      name: row.name,
      owner: row.owner,
      ownerState: row.owner_state,
      chatId: row.chat_id,
      members: Number(row.members),
      promised: Number(row.promised),
      capacity: row.capacity,
      active: row.status === 'active',
      join: {
        state: row.join_state,
        configId: row.join_config_id,
        qr: row.join_qr,
        chats: row.join_chats,
        version: row.join_version,
      },
    }));
  }

  /** Marks the group as dismissed; its name, tier and code stay. Returns whether it was not dismissed before. */
  async dismiss(tx: Sql, group: GroupId, readAt: number): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE chat_group SET status = 'dismissed', read_at = $1 WHERE id = $2 AND status <> 'dismissed'`,
      [readAt, group],
    );
    return changed > 0;
  }

  /** The code (its `state`) by which each person present joined. */
  async joinStatesOf(sql: Sql, group: GroupId): Promise<Map<MemberId, string>> {
    const rows = await sql.all<{ member_id: number; state: string }>(
      'SELECT member_id, state FROM group_person WHERE group_id = $1 AND present = 1 AND state IS NOT NULL',
      [group],
    );
    return new Map(rows.map((row) => [row.member_id as MemberId, row.state]));
  }

  /** Merges the group memberships of member `from` into those of `to`. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(`INSERT INTO group_person (group_id, member_id, joined_at, scene, state, present, changed_at, spoke)
      SELECT group_id, ${to}, joined_at, scene, state, present, changed_at, spoke FROM group_person WHERE member_id = ${from}
      ON CONFLICT ${mergedPresence}`);
    await tx.run('DELETE FROM group_person WHERE member_id = $1', [from]);
  }

  /** Merges two records of one group (WeCom's and the chat account's) into `to`. Other tables merge their own rows. */
  async mergeGroup(tx: Sql, from: StoredGroup, to: StoredGroup): Promise<void> {
    await tx.run(`INSERT INTO group_person (group_id, member_id, joined_at, scene, state, present, changed_at, spoke)
      SELECT ${to.id}, member_id, joined_at, scene, state, present, changed_at, spoke FROM group_person WHERE group_id = ${from.id}
      ON CONFLICT ${mergedPresence}`);
    await tx.run('DELETE FROM group_person WHERE group_id = $1', [from.id]);
    await tx.run(
      `UPDATE chat_group SET join_qr = w.qr, join_state = w.state, join_config_id = w.config_id, join_chats = w.chats
       FROM (SELECT join_qr AS qr, join_state AS state, join_config_id AS config_id, join_chats AS chats FROM chat_group WHERE id = $1) w
       WHERE chat_group.id = $2 AND chat_group.join_config_id IS NULL`,
      [from.id, to.id],
    );
    await tx.run('DELETE FROM chat_group WHERE id = $1', [from.id]);
    const official = to.chatId === null ? from : to;
    await tx.run('UPDATE chat_group SET chat_id = $1, room_id = $2, owner = $3, version = $4 WHERE id = $5', [
      official.chatId,
      to.roomId ?? from.roomId,
      official.owner,
      official.version,
      to.id,
    ]);
  }

  /** The tier of a group, and whether the outbox has a later request for its join way than `row`, waiting or sent. */
  async joinWayState(
    sql: Sql,
    group: GroupId,
    row: number,
  ): Promise<{ readonly tier: string | null; readonly isOutdated: boolean } | undefined> {
    const known = await sql.one<{ tier: string | null; is_outdated: number }>(
      `SELECT tier, CASE
       WHEN EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND kind <> 'mass_send' AND state = 'planned' AND group_id = $1 AND id > $2)
       OR EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND state = 'sending' AND group_id = $1 AND id > $2)
       OR join_config_id IS NOT NULL AND EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND state = 'sent' AND group_id = $1 AND id > $2)
       THEN 1 ELSE 0 END AS is_outdated
     FROM chat_group WHERE id = $1`,
      [group, row],
    );
    return known && { tier: known.tier, isOutdated: Number(known.is_outdated) === 1 };
  }

  /**
   * Stores the join way that WeCom has. Call it in the transaction that settles the call: without its config id a code
   * cannot be changed or deleted any more.
   */
  async setJoinWay(
    tx: Sql,
    group: GroupId,
    way: { readonly state: string; readonly configId: string; readonly qr: string | null; readonly chats: string },
  ): Promise<void> {
    await tx.run(
      `UPDATE chat_group SET join_state = $1, join_config_id = $2, join_qr = $3, join_chats = $4, join_version = join_version + 1,
      join_problem = NULL WHERE id = $5`,
      [way.state, way.configId, way.qr, way.chats, group],
    );
  }

  async setJoinWayProblem(tx: Sql, group: GroupId, problem: string): Promise<void> {
    await tx.run('UPDATE chat_group SET join_problem = $1 WHERE id = $2', [problem, group]);
  }
}

export const groupStore = new GroupStore();
