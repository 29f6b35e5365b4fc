import type { NewDecision } from '../../domain/decision-record.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

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

export const decisionStore = new DecisionStore();
