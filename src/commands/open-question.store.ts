import { z } from 'zod';
import { MINUTE_MS } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { storedOr } from '../platform/database/stored-json.js';

const question = z.discriminatedUnion('kind', [
  /** Several members fit what an operator said: which one? */
  z.object({ kind: z.literal('which_member'), word: z.string(), members: z.array(z.number().int()).min(1) }),
  /** Only part of the name was said, of a command that changes something: really this one? */
  z.object({ kind: z.literal('this_member'), word: z.string(), member: z.number().int() }),
  /** A member may have meant that we should stop. `isInterrupted`: they have said something else since it was asked. */
  z.object({ kind: z.literal('stop'), isInterrupted: z.boolean().optional() }),
]);

export type Question = z.output<typeof question>;

/** A number or a 好 that comes later is an answer to something else. */
export const QUESTION_LIVES_MS: Readonly<Record<Question['kind'], number>> = {
  which_member: 10 * MINUTE_MS,
  this_member: 10 * MINUTE_MS,
  stop: 60 * MINUTE_MS,
};

/** Chat and callbacks date words by whole seconds: the second of the question is that of a quick answer, too. */
const DATED_BY_MS = 1_000;

/** What the bot has asked somebody and waits to hear: one question each, the latest. */
export class OpenQuestionStore {
  /** `at`: from when on words may be its answer. Asked again, it lives from then on; what was said before stays no answer. */
  async ask(tx: Sql, asker: string, asked: Question, at: number): Promise<void> {
    await tx.insert(
      'open_question',
      [{ asker, question: storableJson(asked), asked_at: at }],
      `(asker) DO UPDATE SET question = excluded.question,
         asked_at = CASE WHEN excluded.asked_at > open_question.asked_at THEN excluded.asked_at ELSE open_question.asked_at END`,
    );
  }

  /** Words of the asker that are no answer: the question stays, but a mere 好 may be about something else from now on. */
  async interrupt(tx: Sql, asker: string): Promise<void> {
    await tx.run('UPDATE open_question SET question = $1 WHERE asker = $2 AND question = $3', [
      storableJson({ kind: 'stop', isInterrupted: true } satisfies Question),
      asker,
      storableJson({ kind: 'stop' } satisfies Question),
    ]);
  }

  /** Null where nothing was asked, or too long ago, or later. `at`: when the words were said that may be its answer. */
  async of(sql: Sql, asker: string, at: number): Promise<Question | null> {
    const row = await sql.one<{ question: string; asked_at: number }>(
      'SELECT question, asked_at FROM open_question WHERE asker = $1',
      [asker],
    );
    if (!row) return null;
    const asked = storedOr(row.question, question, null);
    if (asked === null || at < row.asked_at - DATED_BY_MS) return null;
    return at - row.asked_at <= QUESTION_LIVES_MS[asked.kind] ? asked : null;
  }

  async close(tx: Sql, asker: string): Promise<void> {
    await tx.run('DELETE FROM open_question WHERE asker = $1', [asker]);
  }
}

export const openQuestionStore = new OpenQuestionStore();
