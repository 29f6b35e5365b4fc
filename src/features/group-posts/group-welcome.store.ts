import type { Sql } from '../../platform/database/sql.js';

/** A welcome of the rules as it stands at WeCom. Contents are JSON. */
export interface StoredWelcome {
  readonly key: string;
  readonly content: string;
  /** What WeCom was given last; null when it has none yet. */
  readonly made: string | null;
  readonly templateId: string | null;
  /** Code of why WeCom refused the last request. */
  readonly problem: string | null;
  /** Incremented with each change of the content. */
  readonly version: number;
}

interface Row {
  key: string;
  content: string;
  made: string | null;
  template_id: string | null;
  problem: string | null;
  version: number;
}

/** The welcomes of groups that the product keeps at WeCom. */
export class GroupWelcomeStore {
  async all(sql: Sql): Promise<StoredWelcome[]> {
    const rows = await sql.all<Row & Record<string, string | number | null>>(
      'SELECT key, content, made, template_id, problem, version FROM group_welcome ORDER BY key',
    );
    return rows.map(({ template_id: templateId, key, content, made, problem, version }) => ({
      ...{ key, content, made, templateId, problem, version },
    }));
  }

  /** Stores what is wanted. A changed content is a new version, and has no problem yet. */
  async want(tx: Sql, key: string, content: string, now: number): Promise<void> {
    await tx.run(
      `INSERT INTO group_welcome (key, content, changed_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET
       version = CASE WHEN group_welcome.content <> excluded.content THEN group_welcome.version + 1 ELSE group_welcome.version END,
       problem = CASE WHEN group_welcome.content <> excluded.content THEN NULL ELSE group_welcome.problem END,
       content = excluded.content, changed_at = excluded.changed_at`,
      [key, content, now],
    );
  }

  /** WeCom has this content under this id now. */
  async setMade(
    tx: Sql,
    key: string,
    { templateId, content }: { readonly templateId: string; readonly content: string },
  ): Promise<void> {
    await tx.run('UPDATE group_welcome SET template_id = $1, made = $2, problem = NULL WHERE key = $3', [
      templateId,
      content,
      key,
    ]);
  }

  async setProblem(tx: Sql, key: string, problem: string | null): Promise<void> {
    await tx.run('UPDATE group_welcome SET problem = $1 WHERE key = $2', [problem, key]);
  }

  async remove(tx: Sql, key: string): Promise<void> {
    await tx.run('DELETE FROM group_welcome WHERE key = $1', [key]);
  }
}

export const groupWelcomeStore = new GroupWelcomeStore();
