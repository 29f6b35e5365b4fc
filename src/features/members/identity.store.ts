import { assertNever } from '../../domain/assert-never.js';
import type { MemberIds } from '../../domain/fact.js';
import { asMemberId, type MemberId } from '../../domain/ids.js';
import { phoneNumber } from '../../domain/phone.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import { membersNamed } from '../../platform/database/parts-of-names.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { Partition } from './partition.js';

/** The strongest first. */
export const identityKinds = ['external_userid', 'unionid', 'chat', 'phone'] as const;

export type IdentityKind = (typeof identityKinds)[number];

export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

/** The ids that a fact names, the strongest kind first. */
export function identitiesOf(ids: MemberIds): Identity[] {
  const named: [IdentityKind, string | undefined][] = [
    ['external_userid', ids.externalUserId],
    ['unionid', ids.unionid],
    ['chat', ids.chatContactId],
    // Normalized, so that every channel's spelling finds the same member.
    ['phone', ids.phone && normalizedPhone(ids.phone)],
  ];
  return named.flatMap(([kind, value]) => (value ? [{ kind, value }] : []));
}

/** The reverse of `identitiesOf` for one identity. */
export function memberIdsOf({ kind, value }: Identity): MemberIds {
  switch (kind) {
    case 'external_userid':
      return { externalUserId: value };
    case 'unionid':
      return { unionid: value };
    case 'chat':
      return { chatContactId: value };
    case 'phone':
      return { phone: value };
    default:
      return assertNever(kind);
  }
}

export interface Resolved {
  /** In the order of the request; null where no id was given. */
  readonly members: readonly (MemberId | null)[];
  /** From each member found to be the same person as an older one, to that older member. */
  readonly merged: ReadonlyMap<MemberId, MemberId>;
  readonly created: readonly MemberId[];
}

const normalizedPhone = (phone: string): string => phoneNumber(phone) ?? phone;
export const identityKey = (identity: Identity): string => `${identity.kind}:${identity.value}`;

/** Which member each outside id belongs to. When a fact names ids of two members, they are merged into the older one. */
export class IdentityStore {
  /** The members of these identities, by `identityKey`; unknown ones are left out. */
  async find(sql: Sql, identities: readonly Identity[]): Promise<Map<string, MemberId>> {
    const found = new Map<string, MemberId>();
    const kinds = identityKinds.filter((kind) => identities.some((identity) => identity.kind === kind));
    if (kinds.length === 0) return found;
    const valuesOf = (kind: IdentityKind): string =>
      storableJson([...new Set(identities.flatMap((identity) => (identity.kind === kind ? [identity.value] : [])))]);
    const ofKind = (kind: IdentityKind, index: number): string =>
      `SELECT kind, value, member_id FROM identity WHERE kind = '${kind}' AND value IN ${inTexts(sql, index + 1)}`;
    const rows = await sql.all<{ kind: IdentityKind; value: string; member_id: number }>(
      kinds.map(ofKind).join(' UNION ALL '),
      kinds.map(valuesOf),
    );
    for (const { kind, value, member_id: member } of rows) found.set(identityKey({ kind, value }), asMemberId(member));
    return found;
  }

  /** The external_userids of each of these members. */
  async externalIdsOf(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, string[]>> {
    const found = new Map<MemberId, string[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; value: string }>(
      `SELECT member_id, value FROM identity WHERE kind = 'external_userid' AND member_id IN ${inNumbers(sql, 1)} ORDER BY value`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = asMemberId(row.member_id);
      found.set(member, [...(found.get(member) ?? []), row.value]);
    }
    return found;
  }

  /** The member of each set of ids. Creates a member where none of the ids is known. */
  async resolve(tx: Sql, asked: readonly MemberIds[], source: string, now: number): Promise<Resolved> {
    const named = asked.map(identitiesOf);
    const stored = await this.find(tx, named.flat());
    // The whole batch is joined before members are created: a later fact may link two new people of the same batch.
    const same = new Partition();
    for (const identities of named)
      for (const identity of identities) same.join(identityKey(identities[0]!), identityKey(identity));
    for (const [key, member] of stored) same.join(`member:${member}`, key);
    const classes = named.map((identities) => (identities[0] ? same.classOf(identityKey(identities[0])) : null));

    const memberOf = new Map<string, MemberId>();
    const known = [...new Set(stored.values())].sort((a, b) => a - b);
    const merged = new Map<MemberId, MemberId>();
    for (const member of known) {
      const oldest = memberOf.get(same.classOf(`member:${member}`));
      if (oldest === undefined) memberOf.set(same.classOf(`member:${member}`), member);
      else merged.set(member, oldest);
    }

    const strangers = [...new Set(classes)].filter((name) => name !== null && !memberOf.has(name)) as string[];
    const rows = await tx.insertReturning<{ id: number }>(
      'member',
      strangers.map(() => ({ created_at: now })),
      undefined,
      'id',
    );
    const created = rows.map((row) => asMemberId(row.id)).sort((a, b) => a - b);
    strangers.forEach((name, index) => memberOf.set(name, created[index]!));

    const members = classes.map((name) => (name === null ? null : memberOf.get(name)!));
    const links = named.flatMap((identities, index) =>
      identities.map((identity) => ({ ...identity, member: members[index]! })),
    );
    await this.link(
      tx,
      links.filter((link) => stored.get(identityKey(link)) !== link.member),
      source,
      now,
    );
    return { members, merged, created };
  }

  async link(
    tx: Sql,
    links: readonly (Identity & { readonly member: MemberId })[],
    source: string,
    now: number,
  ): Promise<void> {
    const unique = new Map(links.map((link) => [identityKey(link), link]));
    await tx.insert(
      'identity',
      [...unique.values()].map((link) => ({
        kind: link.kind,
        value: link.value,
        member_id: link.member,
        source,
        linked_at: now,
      })),
      '(kind, value) DO UPDATE SET member_id = excluded.member_id',
    );
  }

  /** Removes these values as ids of the chat account. */
  async unlinkChats(tx: Sql, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    await tx.run(`DELETE FROM identity WHERE kind = 'chat' AND value IN ${inTexts(tx, 1)}`, [storableJson(values)]);
  }

  /** Unionids that are stored as ids of the chat account, too. */
  async unionidsStoredAsChatIds(sql: Sql): Promise<string[]> {
    const rows = await sql.all<{ value: string }>(
      `SELECT c.value FROM identity c JOIN identity u ON u.kind = 'unionid' AND u.value = c.value
      WHERE c.kind = 'chat' ORDER BY c.value`,
    );
    return rows.map(({ value }) => value);
  }

  /** Stored phone numbers that are not normalized. Each list has all stored numbers of one person. */
  async unnormalizedPhones(sql: Sql): Promise<string[][]> {
    const rows = await sql.all<{ value: string; member_id: number }>(
      `SELECT value, member_id FROM identity WHERE kind = 'phone' ORDER BY linked_at, value`,
    );
    const stored = rows.map(({ value, member_id }) => ({ value, member: member_id, number: normalizedPhone(value) }));
    if (stored.every(({ value, number }) => value === number)) return [];
    const same = new Partition();
    for (const { number, member } of stored) same.join(`number:${number}`, `member:${member}`);
    const people = new Map<string, typeof stored>();
    for (const phone of stored) {
      const person = same.classOf(`number:${phone.number}`);
      people.set(person, [...(people.get(person) ?? []), phone]);
    }
    return [...people.values()]
      .filter((phones) => phones.some(({ value, number }) => value !== number))
      .map((phones) => phones.map(({ value }) => value));
  }

  /** Replaces these stored phone numbers, all of one member, by their normalized form. */
  async normalizePhones(tx: Sql, values: readonly string[], member: MemberId): Promise<void> {
    const rows = await tx.all<{ value: string; source: string; linked_at: number }>(
      `DELETE FROM identity WHERE kind = 'phone' AND value IN ${inTexts(tx, 1)} RETURNING value, source, linked_at`,
      [storableJson(values)],
    );
    const numbers = new Map(rows.map((row) => [normalizedPhone(row.value), row]));
    await tx.insert(
      'identity',
      [...numbers].map(([value, row]) => ({ ...row, kind: 'phone', value, member_id: member })),
    );
  }

  /** Gives the identities of member `from` to `to`. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE identity SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  async ofMember(sql: Sql, member: MemberId): Promise<Identity[]> {
    return sql.all<Identity>('SELECT kind, value FROM identity WHERE member_id = $1', [member]);
  }

  /** The member with our own number. For a merged member: the one they were merged into. */
  async byNumber(sql: Sql, number: number): Promise<MemberId | null> {
    const row = await sql.one<{ id: number; merged_into: number | null }>(
      'SELECT id, merged_into FROM member WHERE id = $1',
      [number],
    );
    if (!row) return null;
    return row.merged_into === null ? asMemberId(row.id) : this.byNumber(sql, row.merged_into);
  }

  /** The members with this id, of any kind, written in full. */
  async byValue(sql: Sql, value: string): Promise<MemberId[]> {
    const rows = await sql.all<{ member_id: number }>(
      `SELECT DISTINCT member_id FROM identity WHERE kind IN (${identityKinds.map((kind) => `'${kind}'`).join(', ')}) AND value = $1 ORDER BY member_id`,
      [value],
    );
    return rows.map((row) => asMemberId(row.member_id));
  }

  /**
   * Members whose name contains the text, ignoring case; `%`, `_` and `\` stand for themselves. Whole names come first, then
   * names that begin with the text, then the rest; within each, the most recently seen first.
   */
  async byName(sql: Sql, text: string, limit: number): Promise<{ id: MemberId; name: string; isWhole: boolean }[]> {
    const literal = text.replace(/[%_\\]/gu, '\\$&');
    const named = membersNamed(sql.dialect, text, () => '$1');
    const rows = await sql.all<{ id: number; name: string; rank: number }>(
      `SELECT id, name, CASE WHEN name = $1 THEN 0 WHEN LOWER(name) = LOWER($1) THEN 1
         WHEN LOWER(name) LIKE LOWER($2) ESCAPE '\\' THEN 2 ELSE 3 END AS rank
       FROM member WHERE id IN (${named}) AND merged_into IS NULL AND LOWER(name) LIKE LOWER($3) ESCAPE '\\'
       ORDER BY rank, COALESCE(last_seen_at, 0) DESC, id DESC LIMIT ${limit}`,
      [text, `${literal}%`, `%${literal}%`],
    );
    return rows.map(({ id, name, rank }) => ({ id: asMemberId(id), name, isWhole: Number(rank) <= 1 }));
  }

  /** The chat account's id of each of these members; the smallest if there are several. */
  async chatIdsOf(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, string>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<{ member_id: number; value: string }>(
      `SELECT member_id, MIN(value) AS value FROM identity WHERE kind = 'chat' AND member_id IN ${inNumbers(sql, 1)} GROUP BY member_id`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [asMemberId(row.member_id), row.value]));
  }
}

export const identityStore = new IdentityStore();
