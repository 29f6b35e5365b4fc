import type { DecisionCode, NewDecision } from '../../domain/decision-record.js';
import type { MemberId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface StoredDecision {
  /** Epoch ms. */
  readonly at: number;
  /** Null for tags and stages, and for a decision that an older version could not name. */
  readonly code: DecisionCode | null;
  /** The label of the tier that it names. */
  readonly about: string | null;
  readonly title: string;
  readonly because: string | null;
}

/** The decisions about each member, with their reasons. Append-only. */
export class DecisionStore {
  async append(tx: Sql, decisions: readonly NewDecision[], ruleset: number, now: number): Promise<void> {
    await tx.insert(
      'decision',
      decisions.map((decision) => ({
        member_id: decision.member,
        at: now,
        kind: decision.kind,
        code: decision.code ?? null,
        about: decision.about ? storableJson(decision.about) : null,
        title: storableJson(decision.title),
        because: decision.because ? storableJson(decision.because) : null,
        ruleset,
        fact_id: decision.factId ?? null,
      })),
    );
  }

  /** Gives the decisions of `from` to `to` when two members are merged. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE decision SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** The latest decisions of one kind about a member, newest first. `about`, `title` and `because` are the stored JSON. */
  async latest(sql: Sql, member: MemberId, kind: NewDecision['kind'], limit: number): Promise<StoredDecision[]> {
    return sql.all<StoredDecision>(
      `SELECT at, code, about, title, because FROM decision WHERE member_id = $1 AND kind = $2 ORDER BY id DESC LIMIT ${limit}`,
      [member, kind],
    );
  }

  async countSince(sql: Sql, member: MemberId, kind: NewDecision['kind'], since: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM decision WHERE member_id = $1 AND kind = $2 AND at >= $3',
      [member, kind, since],
    );
    return Number(row?.n ?? 0);
  }
}

export const decisionStore = new DecisionStore();
