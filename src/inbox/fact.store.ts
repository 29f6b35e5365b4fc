import { z } from 'zod';
import { setAsideStore } from '../set-aside/set-aside.store.js';
import type { Fact, FactKind, StoredFact } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { isFactKind, readFactData } from '../domain/read-fact-data.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { cutToCodePoints } from '../domain/cut-text.js';
import { storableJson } from '../platform/database/storable.js';
import { readStored } from '../platform/database/stored-json.js';
/** Contract §0.1, §7.1. */
const WELCOME_CODE_MS = 20_000;

const rowOf = (fact: Fact, now: number) => ({
  key: fact.key,
  kind: fact.kind,
  // A time to come is no later than now, whichever clock told it: nothing that follows may be held up by it.
  at: Math.min(fact.at, now),
  ids: storableJson(fact.member),
  data: storableJson(fact.data),
  received_at: now,
});

const memberIds: z.ZodType<Fact['member']> = z.record(z.string(), z.string());

/** `unreadable` are those this version cannot read: another version, a bug or a hand wrote them. */
interface Pending {
  readonly facts: readonly StoredFact[];
  readonly unreadable: readonly { readonly id: number; readonly kind: string; readonly problem: string }[];
}

interface TakenFacts {
  readonly facts: readonly { readonly fact: StoredFact; readonly member: MemberId }[];
  readonly unreadable: Pending['unreadable'];
}

interface Row {
  id: number;
  key: string;
  kind: string;
  at: number;
  ids: string;
  data: string;
}

const columns = 'id, key, kind, at, ids, data';

function readable(rows: readonly Row[]): Pending {
  const facts: StoredFact[] = [];
  const unreadable: { id: number; kind: string; problem: string }[] = [];
  for (const { id, key, kind, at, ids, data } of rows) {
    const setAside = (problem: string) => unreadable.push({ id, kind, problem });
    if (!isFactKind(kind)) {
      setAside('no such kind');
      continue;
    }
    const member = readStored(ids, memberIds);
    const json = readStored(data, z.unknown());
    const read = json.ok ? readFactData(kind, json.value) : json;
    if (!member.ok) setAside(`ids: ${member.problem}`);
    else if (!read.ok) setAside(`data: ${read.problem}`);
    else facts.push({ id, key, kind, at, member: member.value, data: read.data } as StoredFact);
  }
  return { facts, unreadable };
}

/** Every fact ever told, in the order it became durable. The unique key makes the repeats free, for ever. */
export class FactStore {
  /** How many of these were new. */
  async append(tx: Sql, facts: readonly Fact[], now: number): Promise<number> {
    return tx.insert(
      'fact',
      facts.map((fact) => rowOf(fact, now)),
      '(key) DO NOTHING',
    );
  }

  /** As `append`; answers the keys that were new. */
  async appendNew(tx: Sql, facts: readonly Fact[], now: number): Promise<Set<string>> {
    const rows = await tx.insertReturning<{ key: string }>(
      'fact',
      facts.map((fact) => rowOf(fact, now)),
      '(key) DO NOTHING',
      'key',
    );
    return new Set(rows.map((row) => row.key));
  }

  /** How many wait, and no further than one more than are taken at once. */
  async waiting(sql: Sql, atOnce: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT id FROM fact WHERE state = 0 LIMIT ${atOnce + 1}) AS pending`,
    );
    return Number(row?.n ?? 0);
  }

  /** Of those that wait: who wants nothing more, or something again, in the order it was told. */
  async awaitedOpts(
    sql: Sql,
  ): Promise<{ readonly kind: 'opted_out' | 'opted_in'; readonly at: number; readonly member: Fact['member'] }[]> {
    const rows = await sql.all<{ kind: 'opted_out' | 'opted_in'; at: number; ids: string }>(
      `SELECT kind, at, ids FROM fact WHERE state = 0 AND kind IN ('opted_out', 'opted_in') ORDER BY id`,
    );
    return rows.flatMap(({ kind, at, ids }) => {
      const member = readStored(ids, memberIds);
      return member.ok ? [{ kind, at, member: member.value }] : [];
    });
  }

  /** The oldest facts not taken yet. */
  async pending(sql: Sql, limit: number): Promise<Pending> {
    return readable(await sql.all<Row>(`SELECT ${columns} FROM fact WHERE state = 0 ORDER BY id LIMIT ${limit}`));
  }

  /**
   * Newcomers whose welcome code still lives, each with what was told of them before: the facts of one contact are never
   * taken out of turn. What waits under other names of theirs (a phone) only adds up, in whatever order.
   */
  async greetable(sql: Sql, limit: number, now: number): Promise<Pending> {
    const newcomers = await sql.all<{ id: number; ids: string }>(
      `SELECT id, ids FROM fact WHERE state = 0 AND kind = 'contact_added' AND received_at > $1
      AND data LIKE '%"welcomeCode":"%' ORDER BY id LIMIT ${limit}`,
      [now - WELCOME_CODE_MS],
    );
    const last = newcomers.at(-1);
    if (!last) return { facts: [], unreadable: [] };
    const names = newcomers.flatMap(({ ids }) => {
      const member = readStored(ids, memberIds);
      return member.ok ? (member.value.externalUserId ?? []) : [];
    });
    // Neither may stumble over a row that is no JSON. PostgreSQL has no way to ask that before version 16.
    const [externalUserId, among] =
      sql.dialect === 'postgres'
        ? [`substring(ids from '"externalUserId":("(?:[^"\\\\]|\\\\.)*")')`, names.map(storableJson)]
        : [`CASE WHEN json_valid(ids) THEN ids ->> 'externalUserId' END`, names];
    return readable(
      await sql.all<Row>(
        `SELECT ${columns} FROM fact WHERE state = 0 AND id <= $1 AND ${externalUserId} IN ${inTexts(sql, 2)}
        ORDER BY id LIMIT ${limit}`,
        [last.id, storableJson(among)],
      ),
    );
  }

  async taken(tx: Sql, facts: readonly { readonly id: number; readonly member: MemberId | null }[]): Promise<void> {
    if (facts.length === 0) return;
    const members = storableJson(Object.fromEntries(facts.map((fact) => [fact.id, fact.member])));
    await tx.run(
      tx.dialect === 'postgres'
        ? `UPDATE fact SET state = 1, member_id = taken.value::bigint FROM jsonb_each_text($1::jsonb) AS taken WHERE fact.id = taken.key::bigint`
        : `UPDATE fact SET state = 1, member_id = taken.value FROM json_each($1) AS taken WHERE fact.id = CAST(taken.key AS INTEGER)`,
      [members],
    );
  }

  /** About whom each of these facts is, by its key, as far as they were taken. */
  async membersOf(sql: Sql, keys: readonly string[]): Promise<Map<string, MemberId>> {
    if (keys.length === 0) return new Map();
    const rows = await sql.all<{ key: string; member_id: MemberId }>(
      `SELECT key, member_id FROM fact WHERE member_id IS NOT NULL AND key IN ${inTexts(sql, 1)}`,
      [storableJson(keys)],
    );
    return new Map(rows.map((row) => [row.key, row.member_id]));
  }

  /**
   * Everything (or all of some kinds) that was ever taken in about these members, in the order in which it was told.
   * `unreadable` are those that an earlier version could read.
   */
  async takenOf(sql: Sql, members: readonly MemberId[], kinds?: readonly FactKind[]): Promise<TakenFacts> {
    if (members.length === 0) return { facts: [], unreadable: [] };
    const rows = await sql.all<Row & { member_id: number }>(
      `SELECT ${columns}, member_id FROM fact WHERE state = 1 AND member_id IN ${inNumbers(sql, 1)}
      ${kinds ? `AND kind IN ${inTexts(sql, 2)}` : ''} ORDER BY id`,
      kinds ? [storableJson(members), storableJson(kinds)] : [storableJson(members)],
    );
    const whose = new Map(rows.map((row) => [row.id, row.member_id as MemberId]));
    const { facts, unreadable } = readable(rows);
    return { facts: facts.map((fact) => ({ fact, member: whose.get(fact.id)! })), unreadable };
  }

  /** Kept, but not tried again by itself: an admin sees it on the home page. */
  async setAside(tx: Sql, id: number, problem: string, now: number): Promise<void> {
    await tx.run('UPDATE fact SET state = 2, problem = $1 WHERE id = $2 AND state = 0', [
      cutToCodePoints(problem, 500),
      id,
    ]);
    await setAsideStore.add(tx, [{ source: 'fact', row: id, problem }], now);
  }

  /** As `setAside`, of facts that were taken and can be counted no more: trying one again counts it. */
  async setTakenAside(
    tx: Sql,
    facts: readonly { readonly id: number; readonly problem: string }[],
    now: number,
  ): Promise<void> {
    for (const { id, problem } of facts)
      await tx.run('UPDATE fact SET state = 2, problem = $1 WHERE id = $2 AND state = 1', [
        cutToCodePoints(problem, 500),
        id,
      ]);
    await setAsideStore.add(
      tx,
      facts.map(({ id, problem }) => ({ source: 'fact', row: id, problem })),
      now,
    );
  }

  /** Two members are one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE fact SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  async requeue(tx: Sql, id: number): Promise<void> {
    await tx.run('UPDATE fact SET state = 0, problem = NULL WHERE id = $1 AND state = 2', [id]);
  }

  async countPending(sql: Sql): Promise<number> {
    return Number((await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM fact WHERE state = 0'))?.n ?? 0);
  }
}

export const factStore = new FactStore();
