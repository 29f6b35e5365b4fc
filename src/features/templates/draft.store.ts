import type { Sql } from '../../platform/database/sql.js';

/** A text that is not sent yet: a second person has to approve it. */
export interface TemplateDraft {
  readonly key: string;
  readonly text: string;
  /** The version that was edited; 0: there was none. */
  readonly baseVersion: number;
  readonly note: string;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly savedBy: string;
  /** The task in which the operators are asked. */
  readonly task: number;
}

interface DraftRow {
  readonly key: string;
  readonly text: string;
  readonly base_version: number;
  readonly note: string;
  readonly saved_at: number;
  readonly saved_by: string;
  readonly task_id: number;
}

const draftOf = (row: DraftRow): TemplateDraft => ({
  key: row.key,
  text: row.text,
  baseVersion: row.base_version,
  note: row.note,
  savedAt: row.saved_at,
  savedBy: row.saved_by,
  task: row.task_id,
});

/** At most one draft of each template waits. */
export class DraftStore {
  async read(sql: Sql, key: string): Promise<TemplateDraft | null> {
    const row = await sql.one<DraftRow>('SELECT * FROM template_draft WHERE key = $1', [key]);
    return row ? draftOf(row) : null;
  }

  async ofTask(sql: Sql, task: number): Promise<TemplateDraft | null> {
    const row = await sql.one<DraftRow>('SELECT * FROM template_draft WHERE task_id = $1', [task]);
    return row ? draftOf(row) : null;
  }

  async insert(tx: Sql, { key, text, note, ...draft }: TemplateDraft): Promise<void> {
    await tx.insert('template_draft', [
      {
        ...{ key, text, note },
        base_version: draft.baseVersion,
        saved_at: draft.savedAt,
        saved_by: draft.savedBy,
        task_id: draft.task,
      },
    ]);
  }

  async remove(tx: Sql, key: string): Promise<void> {
    await tx.run('DELETE FROM template_draft WHERE key = $1', [key]);
  }
}

export const draftStore = new DraftStore();
