import type { MemberIds } from '../domain/fact.js';
import { asMemberId, type MemberId } from '../domain/ids.js';
import { amongTexts } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';

export type IdentityKind = 'external_userid' | 'unionid' | 'chat' | 'phone';

export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

/** The ids a fact names, strongest first: when they disagree, the earlier kind's member is kept. */
export function identitiesOf(ids: MemberIds): Identity[] {
  const named: [IdentityKind, string | undefined][] = [
    ['external_userid', ids.externalUserId],
    ['unionid', ids.unionid],
    ['chat', ids.chatContactId],
    ['phone', ids.phone],
  ];
  return named.flatMap(([kind, value]) => (value ? [{ kind, value }] : []));
}

const keyOf = (identity: Identity): string => `${identity.kind}:${identity.value}`;

/** Which of our members the outside's ids mean. Two ids in one fact make two members one: the older number is kept. */
export class IdentityStore {
  async find(sql: Sql, identities: readonly Identity[]): Promise<Map<string, MemberId>> {
    const found = new Map<string, MemberId>();
    for (const kind of new Set(identities.map((identity) => identity.kind))) {
      const values = [
        ...new Set(identities.filter((identity) => identity.kind === kind).map((identity) => identity.value)),
      ];
      const rows = await sql.all<{ value: string; member_id: number }>(
        `SELECT value, member_id FROM identity WHERE kind = $1 AND value IN ${amongTexts(sql, 2)}`,
        [kind, JSON.stringify(values)],
      );
      for (const row of rows) found.set(keyOf({ kind, value: row.value }), asMemberId(row.member_id));
    }
    return found;
  }

  /**
   * The member of each set of ids, made where none is known. Answers in the order asked; null for an empty set.
   * `merged` are the members that turned out to be another one, by the one that is kept.
   */
  async resolve(
    tx: Sql,
    asked: readonly MemberIds[],
    source: string,
    now: number,
  ): Promise<{ members: (MemberId | null)[]; merged: Map<MemberId, MemberId>; created: MemberId[] }> {
    const named = asked.map(identitiesOf);
    const stored = await this.find(tx, named.flat());
    const known = new Map(stored);
    const merged = new Map<MemberId, MemberId>();
    const kept = (id: MemberId): MemberId => {
      let at = id;
      for (let next = merged.get(at); next !== undefined; next = merged.get(at)) at = next;
      return at;
    };

    // Strangers get a place in line first, so that all of them are inserted at once.
    const strangers: Identity[][] = [];
    const placeOf = new Map<string, number>();
    const places: (MemberId | number | null)[] = named.map((identities) => {
      if (identities.length === 0) return null;
      const members = [...new Set(identities.flatMap((identity) => known.get(keyOf(identity)) ?? []).map(kept))].sort(
        (a, b) => a - b,
      );
      const oldest = members[0];
      if (oldest !== undefined) {
        for (const other of members.slice(1)) merged.set(other, oldest);
        const waiting = identities.flatMap((identity) => placeOf.get(keyOf(identity)) ?? [])[0];
        if (waiting !== undefined) for (const identity of strangers[waiting]!) known.set(keyOf(identity), oldest);
        for (const identity of identities) known.set(keyOf(identity), oldest);
        return oldest;
      }
      let place = identities.flatMap((identity) => placeOf.get(keyOf(identity)) ?? [])[0];
      if (place === undefined) place = strangers.push([]) - 1;
      for (const identity of identities) {
        if (!placeOf.has(keyOf(identity))) {
          placeOf.set(keyOf(identity), place);
          strangers[place]!.push(identity);
        }
      }
      return -1 - place;
    });

    const inserted = strangers.map(
      (identities) => identities.map((identity) => known.get(keyOf(identity))).find((id) => id !== undefined) ?? null,
    );
    const missing = inserted.flatMap((id, place) => (id === null ? [place] : []));
    const rows = await tx.insertReturning<{ id: number }>(
      'member',
      missing.map(() => ({ created_at: now })),
      undefined,
      'id',
    );
    const created = rows.map((row) => asMemberId(row.id)).sort((a, b) => a - b);
    missing.forEach((place, index) => (inserted[place] = created[index]!));

    const members = places.map((place) =>
      place === null ? null : kept(place < 0 ? inserted[-1 - place]! : (place as MemberId)),
    );
    const links = named.flatMap((identities, index) =>
      identities.map((identity) => ({ ...identity, member: members[index]! })),
    );
    await this.link(
      tx,
      links.filter((link) => stored.get(keyOf(link)) !== link.member),
      source,
      now,
    );
    return { members, merged: new Map([...merged].map(([from, to]) => [from, kept(to)])), created };
  }

  async link(
    tx: Sql,
    links: readonly (Identity & { readonly member: MemberId })[],
    source: string,
    now: number,
  ): Promise<void> {
    const unique = new Map(links.map((link) => [keyOf(link), link]));
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

  async ofMember(sql: Sql, member: MemberId): Promise<Identity[]> {
    return sql.all<Identity>('SELECT kind, value FROM identity WHERE member_id = $1', [member]);
  }

  /** Who `text` may mean: an external id, or a name in full or in part. Most recently seen first. */
  async search(sql: Sql, text: string, limit: number): Promise<{ id: MemberId; name: string }[]> {
    return sql.all(
      `SELECT id, name FROM member WHERE merged_into IS NULL AND (external_userid = $1 OR name = $1 OR name LIKE $2)
      ORDER BY CASE WHEN external_userid = $1 OR name = $1 THEN 0 ELSE 1 END, last_seen_at DESC LIMIT ${limit}`,
      [text, `%${text.replace(/[%_]/g, '')}%`],
    );
  }
}
