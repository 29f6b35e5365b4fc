import { z } from 'zod';
import { MINUTE_MS } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { storedOr } from '../platform/database/stored-json.js';

/** `rest`: what followed the member's name in the command. */
const question = z.discriminatedUnion('kind', [
  /** Several members match what an operator typed: which one? */
  z.object({
    kind: z.literal('which_member'),
    word: z.string(),
    members: z.array(z.number().int()).min(1),
    rest: z.string().optional(),
  }),
  /** The command changes something and only part of the name was typed: really this member? */
  z.object({
    kind: z.literal('this_member'),
    word: z.string(),
    member: z.number().int(),
    /** The move that the text named: no other one is taken back. */
    move: z.number().int().optional(),
    rest: z.string().optional(),
  }),
  /** The member may have asked to stop. `isInterrupted`: the member has sent something else since the question. */
  z.object({ kind: z.literal('stop'), isInterrupted: z.boolean().optional() }),
  /** The member was shown these commands, by their ids: a number chooses one. */
  z.object({ kind: z.literal('menu'), commands: z.array(z.string()).min(1) }),
]);

export type Question = z.output<typeof question>;

/** How long a question is open. A number or a 好 that comes later answers something else. */
const QUESTION_EXPIRES_MS: Readonly<Record<Question['kind'], number>> = {
  which_member: 10 * MINUTE_MS,
  this_member: 10 * MINUTE_MS,
  stop: 60 * MINUTE_MS,
  menu: 10 * MINUTE_MS,
};

/** Chat and callbacks give times in whole seconds, so a quick answer may seem to come up to a second before its question. */
const TIME_RESOLUTION_MS = 1_000;

/** The questions of the bot that wait for an answer: at most one per asker, the latest. */
export class OpenQuestionStore {
  /** `at`: messages from then on may answer it (epoch ms). Asking again restarts its time; it never moves `at` back. */
  async ask(tx: Sql, asker: string, asked: Question, at: number): Promise<void> {
    await tx.insert(
      'open_question',
      [{ asker, question: storableJson(asked), asked_at: at }],
      `(asker) DO UPDATE SET question = excluded.question,
         asked_at = CASE WHEN excluded.asked_at > open_question.asked_at THEN excluded.asked_at ELSE open_question.asked_at END`,
    );
  }

  /** The asker sent a message that is no answer: the question stays open, but from now on a mere 好 may mean something else. */
  async interrupt(tx: Sql, asker: string): Promise<void> {
    await tx.run('UPDATE open_question SET question = $1 WHERE asker = $2 AND question = $3', [
      storableJson({ kind: 'stop', isInterrupted: true } satisfies Question),
      asker,
      storableJson({ kind: 'stop' } satisfies Question),
    ]);
  }

  /** The question that a message sent at `at` may answer. Null when there is none, it has expired, or it was asked later. */
  async of(sql: Sql, asker: string, at: number): Promise<Question | null> {
    const row = await sql.one<{ question: string; asked_at: number }>(
      'SELECT question, asked_at FROM open_question WHERE asker = $1',
      [asker],
    );
    if (!row) return null;
    const asked = storedOr(row.question, question, null);
    if (asked === null || at < row.asked_at - TIME_RESOLUTION_MS) return null;
    return at - row.asked_at <= QUESTION_EXPIRES_MS[asked.kind] ? asked : null;
  }

  async close(tx: Sql, asker: string): Promise<void> {
    await tx.run('DELETE FROM open_question WHERE asker = $1', [asker]);
  }
}

export const openQuestionStore = new OpenQuestionStore();
