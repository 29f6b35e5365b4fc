import type { MemberId } from '../../domain/ids.js';
import type { StoredTag } from '../../domain/tags.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { localNames, isManaged, type ManagedTags } from './tag-names.js';
import type { LibraryTag, ListedTag, CreatedTag } from './library-tag.js';

export interface TagRow {
  readonly member_id: number;
  readonly name: string;
  readonly grp: string;
  readonly origin: 'rule' | 'staff';
  readonly want: number;
  readonly confirmed: number;
  readonly confirmed_at: number | null;
  readonly since: number;
}

export interface TagWrite {
  readonly member: MemberId;
  readonly name: string;
  readonly group: string;
  readonly origin: 'rule' | 'staff';
  readonly want: boolean;
  /** Whether WeCom is known to have the tag as `want` says. */
  readonly confirmed: boolean;
  /** Since when WeCom is known to have it, epoch ms. Left out: since it is written. */
  readonly confirmedAt?: number;
}

/**
 * Members' tags and whether WeCom has confirmed them, and the corp's tag library. A row stays when a tag is removed
 * (`want = 0`): a sync sends every unconfirmed row, so a crash loses nothing, and a late read can be recognized by
 * `confirmed_at`.
 */
export class TagStore {
  async load(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Map<string, StoredTag>>> {
    const tags = new Map<MemberId, Map<string, StoredTag>>();
    if (members.length === 0) return tags;
    const rows = await sql.all<TagRow>(
      `SELECT member_id, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = Number(row.member_id) as MemberId;
      const own = tags.get(member) ?? new Map<string, StoredTag>();
      own.set(row.name, {
        group: row.grp,
        origin: row.origin,
        want: row.want === 1,
        since: Number(row.since),
        confirmedAt: row.confirmed === 1 ? row.confirmed_at : null,
      });
      tags.set(member, own);
    }
    return tags;
  }

  async write(tx: Sql, writes: readonly TagWrite[], now: number): Promise<void> {
    await tx.insert(
      'member_tag',
      writes.map((write) => ({
        member_id: write.member,
        name: write.name,
        grp: write.group,
        origin: write.origin,
        want: write.want ? 1 : 0,
        confirmed: write.confirmed ? 1 : 0,
        confirmed_at: write.confirmed ? (write.confirmedAt ?? now) : null,
        since: now,
      })),
      '(member_id, name) DO UPDATE SET grp = excluded.grp, origin = excluded.origin, want = excluded.want, confirmed = excluded.confirmed, confirmed_at = excluded.confirmed_at, since = excluded.since',
    );
  }

  /** Moves the tags of member `from` to `to`. Where both have a tag, a confirmed row wins over an unconfirmed one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(
      `INSERT INTO member_tag (member_id, name, grp, origin, want, confirmed, confirmed_at, since)
    SELECT ${to}, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id = ${from}
    ON CONFLICT (member_id, name) DO UPDATE SET grp = excluded.grp, origin = excluded.origin, want = excluded.want, confirmed = excluded.confirmed,
      confirmed_at = excluded.confirmed_at, since = excluded.since WHERE excluded.confirmed > member_tag.confirmed`,
      [],
      [to],
    );
    await tx.run('DELETE FROM member_tag WHERE member_id = $1', [from], [from]);
  }

  async unconfirmed(sql: Sql, member: MemberId): Promise<TagRow[]> {
    return sql.all<TagRow>(
      'SELECT member_id, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id = $1 AND confirmed = 0',
      [member],
    );
  }

  /** Confirms what WeCom accepted. A row that was changed meanwhile stays unconfirmed. */
  async confirm(
    tx: Sql,
    member: MemberId,
    accepted: readonly { readonly name: string; readonly want: boolean }[],
    now: number,
  ): Promise<void> {
    if (accepted.length === 0) return;
    const namesWith = (want: boolean): string =>
      storableJson(accepted.flatMap((tag) => (tag.want === want ? [tag.name] : [])));
    await tx.run(
      `UPDATE member_tag SET confirmed = 1, confirmed_at = $1 WHERE member_id = $2
      AND ((want = 1 AND name IN ${inTexts(tx, 3)}) OR (want = 0 AND name IN ${inTexts(tx, 4)}))`,
      [now, member, namesWith(true), namesWith(false)],
      [member],
    );
  }

  /** For a contact who was added (again): WeCom has no tags on the new pair, so all have to be sent again. */
  async unconfirmAll(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(
      `UPDATE member_tag SET confirmed = 0, confirmed_at = NULL WHERE want = 1 AND member_id IN ${inNumbers(tx, 1)}`,
      [storableJson(members)],
      members,
    );
  }

  /** Ordered by id, so that of two tags with the same name the same one is always preferred. */
  async library(sql: Sql): Promise<LibraryTag[]> {
    return sql.all(`SELECT ${libraryColumns} FROM corp_tag WHERE gone = 0 ORDER BY tag_id`);
  }

  /** The order of deleted tags in their group, by `group/name`: a tag that is created again gets its old place. */
  async ordersOfDeletedTags(sql: Sql): Promise<Map<string, number>> {
    const rows = await sql.all<LibraryTag>(
      `SELECT ${libraryColumns} FROM corp_tag WHERE gone = 1 AND ord IS NOT NULL ORDER BY tag_id`,
    );
    return new Map(rows.map((row) => [`${row.grp}/${row.name}`, row.ord!]));
  }

  /**
   * Stores managed tags that were created, or found in WeCom; from now on their names mean these ids. A tag that is created
   * again after it was deleted has a new id, and its old row is marked as gone. Returns the names of those tags.
   */
  async saveCreated(tx: Sql, tags: readonly CreatedTag[]): Promise<string[]> {
    if (tags.length === 0) return [];
    const ids = storableJson(tags.map((tag) => tag.id));
    const stored = await tx.all<{ name: string; grp: string; tag_id: string }>(
      `SELECT name, grp, tag_id FROM corp_tag WHERE name IN ${inTexts(tx, 1)}`,
      [storableJson(tags.map((tag) => tag.name))],
    );
    await tx.insert(
      'corp_tag',
      tags.map((tag) => ({
        tag_id: tag.id,
        name: tag.name,
        grp: tag.group,
        gone: 0,
        wecom_name: null,
        group_id: tag.groupId ?? null,
      })),
      '(tag_id) DO UPDATE SET name = excluded.name, grp = excluded.grp, gone = 0, wecom_name = NULL, group_id = COALESCE(excluded.group_id, corp_tag.group_id)',
    );
    await tx.run(
      `UPDATE corp_tag SET gone = 1 WHERE gone = 0 AND tag_id NOT IN ${inTexts(tx, 1)} AND EXISTS
      (SELECT 1 FROM corp_tag saved WHERE saved.grp = corp_tag.grp AND saved.name = corp_tag.name AND saved.tag_id IN ${inTexts(tx, 1)})`,
      [ids],
    );
    return tags
      .filter((tag) => {
        const same = stored.filter((row) => row.name === tag.name && row.grp === tag.group);
        return same.length > 0 && same.every((row) => row.tag_id !== tag.id);
      })
      .map((tag) => tag.name);
  }

  /**
   * Applies a full read of the library. A managed tag keeps its name when staff rename it; any other tag is renamed, on
   * members too. A tag that is not listed was deleted: staff's is removed from members, a managed one is created again.
   */
  async applyLibraryRead(tx: Sql, listed: readonly ListedTag[], managed: ManagedTags, now: number): Promise<void> {
    const known = await tx.all<LibraryTag & { gone: number }>(
      `SELECT ${libraryColumns}, gone FROM corp_tag ORDER BY tag_id`,
    );
    const byId = new Map(known.map((tag) => [tag.tag_id, tag]));
    const rows = listed.map((tag) => {
      const before = byId.get(tag.id);
      const isKept = before !== undefined && isManaged(managed, before);
      return {
        tag_id: tag.id,
        name: isKept ? before.name : tag.name,
        grp: isKept ? before.grp : tag.group,
        gone: 0,
        wecom_name: isKept && before.name !== tag.name ? tag.name : null,
        group_id: tag.groupId,
        ord: tag.order,
      };
    });
    await tx.insert(
      'corp_tag',
      rows,
      '(tag_id) DO UPDATE SET name = excluded.name, grp = excluded.grp, gone = 0, wecom_name = excluded.wecom_name, group_id = excluded.group_id, ord = excluded.ord',
    );
    await tx.run(`UPDATE corp_tag SET gone = 1 WHERE gone = 0 AND tag_id NOT IN ${inTexts(tx, 1)}`, [
      storableJson(listed.map((tag) => tag.id)),
    ]);
    const before = localNames(
      known.filter((tag) => tag.gone === 0),
      managed,
    );
    const after = localNames(rows, managed);
    for (const [id, name] of before) {
      const next = after.get(id);
      if (managed.has(name) || name === next) continue;
      if (next === undefined) await this.dropStaffTag(tx, name, now);
      else await this.renameStaffTag(tx, name, next);
    }
  }

  /** Marks these tags as unconfirmed on everybody, because WeCom lost them. Returns the contacts who should have them. */
  async unconfirmByName(
    tx: Sql,
    names: readonly string[],
  ): Promise<{ member: MemberId; externalUserId: string; version: number }[]> {
    if (names.length === 0) return [];
    const wanted = storableJson(names);
    await tx.run(
      `UPDATE member_tag SET confirmed = 0, confirmed_at = NULL WHERE want = 1 AND name IN ${inTexts(tx, 1)}`,
      [wanted],
    );
    const rows = await tx.all<{ id: number; external_userid: string; tags_version: number }>(
      `SELECT m.id, m.external_userid, m.tags_version FROM member m JOIN member_metrics f ON f.member_id = m.id
      WHERE f.is_contact = 1 AND m.external_userid IS NOT NULL AND m.merged_into IS NULL
      AND EXISTS (SELECT 1 FROM member_tag t WHERE t.member_id = m.id AND t.want = 1 AND t.name IN ${inTexts(tx, 1)}) ORDER BY m.id`,
      [wanted],
    );
    return rows.map((row) => ({
      member: row.id as MemberId,
      externalUserId: row.external_userid,
      version: row.tags_version,
    }));
  }

  /** How many tags the member is known to have in WeCom. */
  async countConfirmed(sql: Sql, member: MemberId): Promise<number> {
    const row = await sql.one<{ count: number }>(
      'SELECT COUNT(*) AS count FROM member_tag WHERE member_id = $1 AND want = 1 AND confirmed = 1',
      [member],
    );
    return Number(row?.count ?? 0);
  }

  private async dropStaffTag(tx: Sql, name: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE member_tag SET want = 0, confirmed = 1, confirmed_at = $1, since = $1 WHERE name = $2 AND origin = 'staff' AND want = 1`,
      [now, name],
    );
  }

  private async renameStaffTag(tx: Sql, name: string, next: string): Promise<void> {
    await tx.run(
      `UPDATE member_tag SET name = $1 WHERE name = $2 AND origin = 'staff'
      AND NOT EXISTS (SELECT 1 FROM member_tag other WHERE other.member_id = member_tag.member_id AND other.name = $1)`,
      [next, name],
    );
  }
}

const libraryColumns = 'tag_id, name, grp, group_id, wecom_name, ord';

export const tagStore = new TagStore();
