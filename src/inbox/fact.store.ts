import { z } from 'zod';
import { setAsideStore } from '../set-aside/set-aside.store.js';
import { factData, type Fact, type FactData, type FactKind, type FactOf, type StoredFact } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { isFactKind, readFactData } from '../domain/read-fact-data.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { cutToCodePoints } from '../domain/cut-text.js';
import { WELCOME_CODE_MS } from '../domain/welcome-code.js';
import { storableJson } from '../platform/database/storable.js';
import { readStored } from '../platform/database/stored-json.js';

const rowOf = (fact: Fact, now: number) => ({
  key: fact.key,
  kind: fact.kind,
  // A time in the future (a sender's clock is ahead) is stored as now: otherwise it would delay what follows from it.
  at: Math.min(fact.at, now),
  ids: storableJson(fact.member),
  data: storableJson(fact.data),
  received_at: now,
});

const memberIds: z.ZodType<Fact['member']> = z.record(z.string(), z.string());

/** `unreadable`: rows that this version cannot read, because another version, a bug or a person wrote them. */
interface PendingFacts {
  readonly facts: readonly StoredFact[];
  readonly unreadable: readonly { readonly id: number; readonly kind: string; readonly problem: string }[];
}

interface AppliedFacts {
  readonly facts: readonly { readonly fact: StoredFact; readonly member: MemberId }[];
  readonly unreadable: PendingFacts['unreadable'];
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

function parseRows(rows: readonly Row[]): PendingFacts {
  const facts: StoredFact[] = [];
  const unreadable: { id: number; kind: string; problem: string }[] = [];
  for (const { id, key, kind, at, ids, data } of rows) {
    const reject = (problem: string) => unreadable.push({ id, kind, problem });
    if (!isFactKind(kind)) {
      reject('no such kind');
      continue;
    }
    const member = readStored(ids, memberIds);
    const json = readStored(data, z.unknown());
    const read = json.ok ? readFactData(kind, json.value) : json;
    if (!member.ok) reject(`ids: ${member.problem}`);
    else if (!read.ok) reject(`data: ${read.problem}`);
    else facts.push({ id, key, kind, at, member: member.value, data: read.data } as StoredFact);
  }
  return { facts, unreadable };
}

const withoutField = (sql: Pick<Sql, 'dialect'>, field: 'words' | 'body'): string =>
  sql.dialect === 'postgres' ? `(data::jsonb - '${field}')::text` : `json_remove(data, '$.${field}')`;

const noQuestion = storableJson({ text: '' } satisfies FactData<'asked'>);

/**
 * Facts with members' words: messages to customer service, questions, and what was stored as it came because it was not
 * understood. `has`: the data has words. `emptied`: the data without them.
 */
const factsWithWords = (sql: Pick<Sql, 'dialect'>) =>
  [
    { kind: 'wrote_to_service', has: `data LIKE '%"words":%'`, emptied: withoutField(sql, 'words') },
    { kind: 'asked', has: `state = 1 AND data <> '${noQuestion}'`, emptied: `'${noQuestion}'` },
    { kind: 'unrecognized', has: `data LIKE '%"body":%'`, emptied: withoutField(sql, 'body') },
  ] satisfies { kind: FactKind; has: string; emptied: string }[];

/** Every fact ever received, in the order in which it became durable. The key is unique, so a repeated fact changes nothing. */
export class FactStore {
  /** Returns how many of these were new. */
  async append(tx: Sql, facts: readonly Fact[], now: number): Promise<number> {
    return tx.insert(
      'fact',
      facts.map((fact) => rowOf(fact, now)),
      '(key) DO NOTHING',
    );
  }

  /** Like `append`, but returns the keys that were new. */
  async appendNew(tx: Sql, facts: readonly Fact[], now: number): Promise<Set<string>> {
    const rows = await tx.insertReturning<{ key: string }>(
      'fact',
      facts.map((fact) => rowOf(fact, now)),
      '(key) DO NOTHING',
      'key',
    );
    return new Set(rows.map((row) => row.key));
  }

  /** Whether a fact with this key is stored, applied or not. */
  async has(sql: Sql, key: string): Promise<boolean> {
    return (await sql.one<{ id: number }>('SELECT id FROM fact WHERE key = $1', [key])) !== undefined;
  }

  /** The number of the last fact that waits; null when none does. */
  async lastPending(sql: Sql): Promise<number | null> {
    const row = await sql.one<{ id: number | null }>('SELECT MAX(id) AS id FROM fact WHERE state = 0');
    return row?.id === null || row?.id === undefined ? null : Number(row.id);
  }

  /** Whether any fact up to this number waits. */
  async isPendingUpTo(sql: Sql, id: number): Promise<boolean> {
    return (await sql.one('SELECT id FROM fact WHERE state = 0 AND id <= $1 LIMIT 1', [id])) !== undefined;
  }

  /** Counts the facts that are not applied yet, up to `limit` + 1: enough to know whether there are more than `limit`. */
  async countPendingUpTo(sql: Sql, limit: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT id FROM fact WHERE state = 0 LIMIT ${limit + 1}) AS pending`,
    );
    return Number(row?.n ?? 0);
  }

  /** Opt-outs and opt-ins that are durable but not applied yet, in the order in which they were received. */
  async pendingOptChanges(
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

  /** Changes of preferences that are not applied yet. Few facts are pending at any time, so the index of those is enough. */
  async pendingPreferences(
    sql: Sql,
  ): Promise<
    { readonly at: number; readonly member: Fact['member']; readonly data: FactData<'preference_changed'> }[]
  > {
    const rows = await sql.all<{ at: number; ids: string; data: string }>(
      `SELECT at, ids, data FROM fact WHERE state = 0 AND kind = 'preference_changed' ORDER BY id`,
    );
    return rows.flatMap(({ at, ids, data }) => {
      const member = readStored(ids, memberIds);
      const change = readStored(data, factData.preference_changed);
      return member.ok && change.ok ? [{ at, member: member.value, data: change.value }] : [];
    });
  }

  /** The oldest facts that are not applied yet. */
  async pending(sql: Sql, limit: number): Promise<PendingFacts> {
    return parseRows(await sql.all<Row>(`SELECT ${columns} FROM fact WHERE state = 0 ORDER BY id LIMIT ${limit}`));
  }

  /**
   * New contacts and visitors of customer service whose welcome code is still valid, each with the earlier pending facts of
   * the same contact: the facts of one contact are applied in order. Pending facts under another id of theirs (a phone
   * number) may be applied later, for those only add to counts.
   */
  async pendingWelcomes(sql: Sql, limit: number, now: number): Promise<PendingFacts> {
    const newcomers: { id: number; ids: string }[] = [];
    // Each kind has an index of its own, and a query for both kinds would use neither.
    for (const kind of ['contact_added', 'entered_service'] satisfies FactKind[])
      newcomers.push(
        ...(await sql.all<{ id: number; ids: string }>(
          `SELECT id, ids FROM fact WHERE state = 0 AND kind = '${kind}' AND received_at > $1
          AND data LIKE '%"welcomeCode":"%' ORDER BY id LIMIT ${limit}`,
          [now - WELCOME_CODE_MS],
        )),
      );
    newcomers.sort((one, other) => one.id - other.id).splice(limit);
    const last = newcomers.at(-1);
    if (!last) return { facts: [], unreadable: [] };
    const externalUserIds = newcomers.flatMap(({ ids }) => {
      const member = readStored(ids, memberIds);
      return member.ok ? (member.value.externalUserId ?? []) : [];
    });
    // Neither expression may fail on a row that is no JSON. PostgreSQL cannot test for that before version 16.
    const [externalUserId, wanted] =
      sql.dialect === 'postgres'
        ? [`substring(ids from '"externalUserId":("(?:[^"\\\\]|\\\\.)*")')`, externalUserIds.map(storableJson)]
        : [`CASE WHEN json_valid(ids) THEN ids ->> 'externalUserId' END`, externalUserIds];
    return parseRows(
      await sql.all<Row>(
        `SELECT ${columns} FROM fact WHERE state = 0 AND id <= $1 AND ${externalUserId} IN ${inTexts(sql, 2)}
        ORDER BY id LIMIT ${limit}`,
        [last.id, storableJson(wanted)],
      ),
    );
  }

  async markApplied(
    tx: Sql,
    facts: readonly { readonly id: number; readonly member: MemberId | null }[],
  ): Promise<void> {
    if (facts.length === 0) return;
    const members = storableJson(Object.fromEntries(facts.map((fact) => [fact.id, fact.member])));
    await tx.run(
      tx.dialect === 'postgres'
        ? `UPDATE fact SET state = 1, member_id = applied.value::bigint FROM jsonb_each_text($1::jsonb) AS applied WHERE fact.id = applied.key::bigint`
        : `UPDATE fact SET state = 1, member_id = applied.value FROM json_each($1) AS applied WHERE fact.id = CAST(applied.key AS INTEGER)`,
      [members],
    );
  }

  /** The member whom each of these facts is about, by the fact's key. Facts that are not applied yet have no entry. */
  async membersByKey(sql: Sql, keys: readonly string[]): Promise<Map<string, MemberId>> {
    if (keys.length === 0) return new Map();
    const rows = await sql.all<{ key: string; member_id: MemberId }>(
      `SELECT key, member_id FROM fact WHERE member_id IS NOT NULL AND key IN ${inTexts(sql, 1)}`,
      [storableJson(keys)],
    );
    return new Map(rows.map((row) => [row.key, row.member_id]));
  }

  /**
   * All applied facts about these members, in the order in which they were received; only some kinds where `kinds` is given.
   * `unreadable`: facts that an earlier version could read and this one cannot.
   */
  async appliedOf(sql: Sql, members: readonly MemberId[], kinds?: readonly FactKind[]): Promise<AppliedFacts> {
    if (members.length === 0) return { facts: [], unreadable: [] };
    const rows = await sql.all<Row & { member_id: number }>(
      `SELECT ${columns}, member_id FROM fact WHERE state = 1 AND member_id IN ${inNumbers(sql, 1)}
      ${kinds ? `AND kind IN ${inTexts(sql, 2)}` : ''} ORDER BY id`,
      kinds ? [storableJson(members), storableJson(kinds)] : [storableJson(members)],
    );
    const memberOf = new Map(rows.map((row) => [row.id, row.member_id as MemberId]));
    const { facts, unreadable } = parseRows(rows);
    return { facts: facts.map((fact) => ({ fact, member: memberOf.get(fact.id)! })), unreadable };
  }

  /** Applied reports that a message of customer service to this member was not delivered. Unreadable ones are left out. */
  async appliedSendFailures(
    sql: Sql,
    member: MemberId,
    since: { readonly at: number; readonly receivedAt: number },
  ): Promise<readonly FactOf<'service_send_failed'>[]> {
    const rows = await sql.all<Row>(
      `SELECT ${columns} FROM fact WHERE member_id = $1 AND at >= $2 AND received_at >= $3 AND kind = 'service_send_failed'
       AND state = 1 ORDER BY id`,
      [member, since.at, since.receivedAt],
    );
    return parseRows(rows).facts.filter(
      (fact): fact is StoredFact & FactOf<'service_send_failed'> => fact.kind === 'service_send_failed',
    );
  }

  /** Deletes the words of one message to customer service. */
  async forgetServiceWords(tx: Sql, key: string): Promise<void> {
    await tx.run(`UPDATE fact SET data = ${withoutField(tx, 'words')} WHERE key = $1 AND kind = 'wrote_to_service'`, [
      key,
    ]);
  }

  /** Deletes members' words from facts that were received by then. Asks first: on most days there are none. */
  async forgetWords(tx: Sql, receivedBy: number): Promise<void> {
    const places = factsWithWords(tx).map((one) => ({
      ...one,
      where: `kind = '${one.kind}' AND received_at <= $1 AND ${one.has}`,
    }));
    const isDue = places.map(({ kind, where }) => `EXISTS (SELECT 1 FROM fact WHERE ${where}) AS ${kind}`);
    const due = await tx.one<Record<string, number>>(`SELECT ${isDue.join(', ')}`, [receivedBy]);
    for (const { kind, where, emptied } of places)
      if (due?.[kind] === 1) await tx.run(`UPDATE fact SET data = ${emptied} WHERE ${where}`, [receivedBy]);
  }

  /** Keeps a fact that could not be applied. It is not tried again by itself; an admin sees it on the home page. */
  async setAside(tx: Sql, id: number, problem: string, now: number): Promise<void> {
    await tx.run('UPDATE fact SET state = 2, problem = $1 WHERE id = $2 AND state = 0', [
      cutToCodePoints(problem, 500),
      id,
    ]);
    await setAsideStore.add(tx, [{ source: 'fact', row: id, problem }], now);
  }

  /** Like `setAside`, for applied facts that can no longer be counted. Trying one again counts it. */
  async setAppliedAside(
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

  /** Moves the facts of member `from` to member `to`, when both are the same person. */
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
