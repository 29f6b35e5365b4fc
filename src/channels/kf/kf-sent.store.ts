import { DAY_MS } from '../../domain/day.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';

/** A message before its next attempt. `unanswered`: earlier attempts with the same msgid that may have been accepted. */
export interface SentState {
  /** How many msgids it has used. */
  readonly nth: number;
  readonly unanswered: number;
  readonly isDone: boolean;
}

interface Row {
  nth: number;
  unanswered: number;
  is_done: number;
}

/** Longer than any row of the outbox is tried again. */
const KEPT_MS = 14 * DAY_MS;
const SWEEP_EVERY_MS = DAY_MS;

/** The attempts of each message. An attempt is stored before the call, so that a crash counts as one without an answer. */
export class KfSentStore {
  private sweptAt = 0;

  constructor(private readonly db: Database) {}

  /** Counts an attempt as unanswered, and answers the state before it. Nothing is counted for a message that is done. */
  async begin(id: string, most: number, now: number): Promise<SentState> {
    return this.db.write(async (tx) => {
      await this.deleteOld(tx, now);
      const row = await tx.one<Row>('SELECT nth, unanswered, is_done FROM kf_sent WHERE id = $1', [id]);
      const state = { nth: row?.nth ?? 1, unanswered: row?.unanswered ?? 0, isDone: row?.is_done === 1 };
      if (state.isDone || state.unanswered >= most) return state;
      await tx.insert(
        'kf_sent',
        [{ id, nth: state.nth, unanswered: state.unanswered + 1, is_done: 0, changed_at: now }],
        '(id) DO UPDATE SET unanswered = excluded.unanswered, changed_at = excluded.changed_at',
      );
      return state;
    });
  }

  private async deleteOld(tx: Sql, now: number): Promise<void> {
    if (Math.abs(now - this.sweptAt) < SWEEP_EVERY_MS) return;
    this.sweptAt = now;
    await tx.run('DELETE FROM kf_sent WHERE changed_at < $1', [now - KEPT_MS]);
  }

  /**
   * The latest attempt was refused for certain. A later one uses a new msgid, because the refused one may be used up (kf
   * contract §4 [?]), unless an earlier attempt with the same msgid has no answer.
   */
  async refused(id: string, now: number): Promise<void> {
    await this.db.writeOne((sql) =>
      sql.run(
        `UPDATE kf_sent SET nth = CASE WHEN unanswered = 1 THEN nth + 1 ELSE nth END, unanswered = unanswered - 1, changed_at = $1 WHERE id = $2`,
        [now, id],
      ),
    );
  }

  async done(id: string, now: number): Promise<void> {
    await this.db.writeOne((sql) =>
      sql.run('UPDATE kf_sent SET is_done = 1, changed_at = $1 WHERE id = $2', [now, id]),
    );
  }
}
