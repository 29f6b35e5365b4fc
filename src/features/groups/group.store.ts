import type { FactOf } from '../../domain/fact.js';
import { asGroupId, type GroupId } from '../../domain/ids.js';
import { inTexts } from '../../platform/database/in-list.js';
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

/** Groups, under WeCom's id (`chat_id`) and the chat account's (`room_id`). Who is in them: `groupPeopleStore`. */
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
      status = $6, tier = $7, capacity = $8, founded_at = COALESCE($9, founded_at) WHERE id = $10`,
      [
        read.name,
        isOfficialChatId(read.chatId) ? read.owner : '',
        read.version ?? null,
        read.readAt,
        staff,
        read.dismissed ? 'dismissed' : 'active',
        tier,
        capacity,
        read.foundedAt ?? null,
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

  /** Merges two records of one group (WeCom's and the chat account's) into `to`. The rows of other tables name `to` by then. */
  async merge(tx: Sql, from: StoredGroup, to: StoredGroup): Promise<void> {
    await tx.run(
      `UPDATE chat_group SET join_qr = w.qr, join_state = w.state, join_config_id = w.config_id, join_chats = w.chats
       FROM (SELECT join_qr AS qr, join_state AS state, join_config_id AS config_id, join_chats AS chats FROM chat_group WHERE id = $1) w
       WHERE chat_group.id = $2 AND chat_group.join_config_id IS NULL`,
      [from.id, to.id],
    );
    await tx.run(
      `UPDATE chat_group SET founded_at = COALESCE(chat_group.founded_at, w.founded_at)
       FROM (SELECT founded_at FROM chat_group WHERE id = $1) w WHERE chat_group.id = $2`,
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
}

export const groupStore = new GroupStore();
