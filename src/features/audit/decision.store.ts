import type { DecisionCode, NewDecision } from '../../domain/decision-record.js';
import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { MemberId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';
import { inNumbers } from '../../platform/database/in-list.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const label = z.object({ zh: z.string(), en: z.string() });

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

  /** Every decision about the tiers of these members before a moment (epoch ms), oldest first, with the label of the tier. */
  async tiersBefore(
    sql: Sql,
    members: readonly MemberId[],
    before: number,
  ): Promise<
    {
      readonly member: MemberId;
      readonly at: number;
      readonly code: DecisionCode;
      readonly about: LocalizedText | null;
    }[]
  > {
    if (members.length === 0) return [];
    const rows = await sql.all<{ member_id: number; at: number; code: DecisionCode; about: string | null }>(
      `SELECT member_id, at, code, about FROM decision WHERE member_id IN ${inNumbers(sql, 1)} AND at < $2 AND kind = 'tier'
      AND code IN ('first', 'up', 'down', 'locked', 'warned', 'recovered') ORDER BY id`,
      [storableJson(members), before],
    );
    return rows.map(({ member_id, at, code, about }) => ({
      ...{ member: Number(member_id) as MemberId, at: Number(at), code },
      about: storedOr(about, label, null),
    }));
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
