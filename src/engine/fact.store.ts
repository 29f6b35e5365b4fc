import { factData, type Fact, type FactKind } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { storable } from '../platform/database/storable.js';
import type { Sql } from '../platform/database/sql.js';

export type StoredFact = Fact & { readonly id: number };

const rowOf = (fact: Fact, now: number) => ({
  key: storable(fact.key),
  kind: fact.kind,
  at: fact.at,
  ids: storable(JSON.stringify(fact.member)),
  data: storable(JSON.stringify(fact.data)),
  received_at: now,
});

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

  async hasPending(sql: Sql): Promise<boolean> {
    return (await sql.one('SELECT id FROM fact WHERE state = 0 LIMIT 1')) !== undefined;
  }

  /** The oldest facts not taken yet. `unreadable` are those this version cannot read: another version, or a bug, wrote them. */
  async pending(
    sql: Sql,
    limit: number,
  ): Promise<{ facts: StoredFact[]; unreadable: { id: number; kind: string; problem: string }[] }> {
    const rows = await sql.all<{ id: number; key: string; kind: string; at: number; ids: string; data: string }>(
      `SELECT id, key, kind, at, ids, data FROM fact WHERE state = 0 ORDER BY id LIMIT ${limit}`,
    );
    const facts: StoredFact[] = [];
    const unreadable: { id: number; kind: string; problem: string }[] = [];
    for (const row of rows) {
      const shape = Object.hasOwn(factData, row.kind) ? factData[row.kind as FactKind] : undefined;
      const read = shape?.safeParse(JSON.parse(row.data));
      if (read?.success)
        facts.push({
          id: row.id,
          key: row.key,
          kind: row.kind,
          at: row.at,
          member: JSON.parse(row.ids) as Fact['member'],
          data: read.data,
        } as StoredFact);
      else unreadable.push({ id: row.id, kind: row.kind, problem: read?.error.issues[0]?.message ?? 'no such kind' });
    }
    return { facts, unreadable };
  }

  async taken(tx: Sql, facts: readonly { readonly id: number; readonly member: MemberId | null }[]): Promise<void> {
    if (facts.length === 0) return;
    const members = JSON.stringify(Object.fromEntries(facts.map((fact) => [fact.id, fact.member])));
    await tx.run(
      tx.dialect === 'postgres'
        ? `UPDATE fact SET state = 1, member_id = taken.value::bigint FROM jsonb_each_text($1::jsonb) AS taken WHERE fact.id = taken.key::bigint`
        : `UPDATE fact SET state = 1, member_id = taken.value FROM json_each($1) AS taken WHERE fact.id = CAST(taken.key AS INTEGER)`,
      [members],
    );
  }

  /** Kept, but never tried again: taking it threw. An admin sees it on the home page. */
  async setAside(tx: Sql, id: number, problem: string): Promise<void> {
    await tx.run('UPDATE fact SET state = 2, problem = $1 WHERE id = $2 AND state = 0', [problem.slice(0, 500), id]);
  }

  async countPending(sql: Sql): Promise<number> {
    return Number((await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM fact WHERE state = 0'))?.n ?? 0);
  }
}
