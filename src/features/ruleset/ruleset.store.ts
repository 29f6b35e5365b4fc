import type { Sql } from '../../platform/database/sql.js';

interface StoredRuleset {
  readonly version: number;
  /** Hash of the texts of all the files; another hash means another version. */
  readonly hash: string;
}

/** Every text of the rules, by version. A decision names the version that it was made under. */
export class RulesetStore {
  async latest(sql: Sql): Promise<StoredRuleset | undefined> {
    return sql.one<StoredRuleset>('SELECT version, hash FROM ruleset ORDER BY version DESC LIMIT 1');
  }

  async append(tx: Sql, ruleset: StoredRuleset & { readonly text: string }, now: number): Promise<void> {
    const { version, hash, text } = ruleset;
    await tx.insert('ruleset', [{ version, hash, text, loaded_at: now }]);
  }
}

export const rulesetStore = new RulesetStore();
