import type { Because } from '../domain/because.js';
import type { MemberId } from '../domain/ids.js';
import type { Label } from '../domain/ruleset.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';

export interface NewDecision {
  readonly member: MemberId;
  readonly kind: 'tier' | 'stage' | 'tag' | 'move';
  readonly title: Label;
  readonly because: Because | null;
  readonly factId?: number | undefined;
}

/** What was decided about whom, and because of what. Append-only. */
export class DecisionStore {
  async append(tx: Sql, decisions: readonly NewDecision[], ruleset: number, now: number): Promise<void> {
    await tx.insert(
      'decision',
      decisions.map((decision) => ({
        member_id: decision.member,
        at: now,
        kind: decision.kind,
        title: storableJson(decision.title),
        because: decision.because ? storableJson(decision.because) : null,
        ruleset,
        fact_id: decision.factId ?? null,
      })),
    );
  }
}
