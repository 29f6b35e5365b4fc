import type { HeldTag } from '../domain/decide.js';
import type { MemberId } from '../domain/ids.js';
import { amongNumbers, amongTexts } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';

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

export type StoredTag = HeldTag & { readonly confirmedAt: number | null };

export interface TagWrite {
  readonly member: MemberId;
  readonly name: string;
  readonly group: string;
  readonly origin: 'rule' | 'staff';
  readonly want: boolean;
  /** WeCom is known to have it so. */
  readonly confirmed: boolean;
}

/**
 * Members' tags and how far WeCom has them. A row stays when a tag is taken off: what is to be told is always every
 * unconfirmed row, so a crash in the middle of telling loses nothing, and a late read is known to be late.
 */
export class TagStore {
  async load(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Map<string, StoredTag>>> {
    const tags = new Map<MemberId, Map<string, StoredTag>>();
    if (members.length === 0) return tags;
    const rows = await sql.all<TagRow>(
      `SELECT member_id, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id IN ${amongNumbers(sql, 1)}`,
      [JSON.stringify(members)],
    );
    for (const row of rows) {
      const member = Number(row.member_id) as MemberId;
      const held = tags.get(member) ?? new Map<string, StoredTag>();
      held.set(row.name, {
        group: row.grp,
        origin: row.origin,
        want: row.want === 1,
        confirmedAt: row.confirmed === 1 ? row.confirmed_at : null,
      });
      tags.set(member, held);
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
        confirmed_at: write.confirmed ? now : null,
        since: now,
      })),
      '(member_id, name) DO UPDATE SET grp = excluded.grp, origin = excluded.origin, want = excluded.want, confirmed = excluded.confirmed, confirmed_at = excluded.confirmed_at, since = excluded.since',
    );
  }

  async unconfirmed(sql: Sql, member: MemberId): Promise<TagRow[]> {
    return sql.all<TagRow>(
      'SELECT member_id, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id = $1 AND confirmed = 0',
      [member],
    );
  }

  /** WeCom has taken these: only rows that still want what was told are confirmed. */
  async confirm(
    tx: Sql,
    member: MemberId,
    told: readonly { readonly name: string; readonly want: boolean }[],
    now: number,
  ): Promise<void> {
    for (const want of [true, false]) {
      const names = told.filter((tag) => tag.want === want).map((tag) => tag.name);
      if (names.length === 0) continue;
      await tx.run(
        `UPDATE member_tag SET confirmed = 1, confirmed_at = $1 WHERE member_id = $2 AND want = ${want ? 1 : 0} AND name IN ${amongTexts(tx, 3)}`,
        [now, member, JSON.stringify(names)],
      );
    }
  }

  /** A contact came (back): WeCom has none of the tags on the new pair, so all are to be told again. */
  async unconfirmAll(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(
      `UPDATE member_tag SET confirmed = 0, confirmed_at = NULL WHERE want = 1 AND member_id IN ${amongNumbers(tx, 1)}`,
      [JSON.stringify(members)],
    );
  }

  /** Of two tags that share group and name (a caller's map keeps the last one), which comes last is always the same. */
  async library(sql: Sql): Promise<{ tag_id: string; name: string; grp: string }[]> {
    return sql.all('SELECT tag_id, name, grp FROM corp_tag WHERE gone = 0 ORDER BY tag_id');
  }

  /** A tag that is made anew after it was deleted has a new id: the old one of that name is gone. */
  async learn(
    tx: Sql,
    tags: readonly { readonly id: string; readonly name: string; readonly group: string }[],
  ): Promise<void> {
    if (tags.length === 0) return;
    await tx.insert(
      'corp_tag',
      tags.map((tag) => ({ tag_id: tag.id, name: tag.name, grp: tag.group, gone: 0 })),
      '(tag_id) DO UPDATE SET name = excluded.name, grp = excluded.grp, gone = 0',
    );
    const ids = JSON.stringify(tags.map((tag) => tag.id));
    await tx.run(
      `UPDATE corp_tag SET gone = 1 WHERE gone = 0 AND tag_id NOT IN ${amongTexts(tx, 1)} AND EXISTS
      (SELECT 1 FROM corp_tag learnt WHERE learnt.grp = corp_tag.grp AND learnt.name = corp_tag.name AND learnt.tag_id IN ${amongTexts(tx, 1)})`,
      [ids],
    );
  }

  /** The whole library was read: what it does not list is no more. */
  async forgetMissing(tx: Sql, listedIds: readonly string[]): Promise<void> {
    await tx.run(`UPDATE corp_tag SET gone = 1 WHERE gone = 0 AND tag_id NOT IN ${amongTexts(tx, 1)}`, [
      JSON.stringify(listedIds),
    ]);
  }
}
