import type { MemberId } from '../../domain/ids.js';
import type { WordsKeptSince } from '../../domain/words-kept.js';
import type { Sql } from '../../platform/database/sql.js';

export interface NewQuestion {
  readonly key: string;
  readonly member: MemberId;
  /** Epoch ms. */
  readonly at: number;
  readonly words: string;
  readonly task: number;
}

/** What a member of staff answered when they closed the task. */
export interface MemberAnswer {
  readonly task: number;
  readonly words: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** An answer as the member sees it. `isOfQuestion`: it stands with a question of the member's page. */
export interface GivenAnswer extends MemberAnswer {
  readonly isOfQuestion: boolean;
}

/** A question as the member sees it. */
export interface AskedQuestion {
  /** Epoch ms. */
  readonly at: number;
  /** Empty when it was asked long ago. */
  readonly words: string;
  /** Its task is still open. */
  readonly isOpen: boolean;
  /** Its words are empty when it was given long ago. */
  readonly answer: Pick<MemberAnswer, 'words' | 'at'> | null;
}

/** Questions whose words are to be deleted. $1 and $2: `over` and `begun`. */
const OLD_QUESTIONS = `words <> '' AND (task_id IN (SELECT id FROM operator_task WHERE done_at <= $1) OR asked_at <= $2)`;
const OLD_ANSWERS = `words <> '' AND answered_at <= $1`;

/** What members ask on their page, and what staff answer there and to other messages of members. */
export class MemberQuestionStore {
  async ask(tx: Sql, { key, member, at, words, task }: NewQuestion): Promise<void> {
    await tx.insert(
      'member_question',
      [{ key, member_id: member, asked_at: at, words, task_id: task }],
      '(key) DO NOTHING',
    );
  }

  /** A task is answered once: the first answer stays. */
  async answer(tx: Sql, member: MemberId, { task, words, by, at }: MemberAnswer): Promise<void> {
    await tx.insert(
      'member_answer',
      [{ task_id: task, member_id: member, words, answered_by: by, answered_at: at }],
      '(task_id) DO NOTHING',
    );
  }

  /** The member's questions, the latest first. */
  async questionsOf(sql: Sql, member: MemberId, limit: number): Promise<AskedQuestion[]> {
    const rows = await sql.all<{
      asked_at: number;
      words: string;
      state: string;
      answer: string | null;
      answered_at: number | null;
    }>(
      `SELECT q.asked_at, q.words, t.state, a.words AS answer, a.answered_at FROM member_question q
       JOIN operator_task t ON t.id = q.task_id LEFT JOIN member_answer a ON a.task_id = q.task_id
       WHERE q.member_id = $1 ORDER BY q.asked_at DESC, q.id DESC LIMIT ${limit}`,
      [member],
    );
    return rows.map(({ asked_at, words, state, answer, answered_at }) => ({
      at: asked_at,
      words,
      isOpen: state === 'open',
      answer: answer === null || answered_at === null ? null : { words: answer, at: answered_at },
    }));
  }

  /** The answers to messages of the member that came since (epoch ms), also to those sent elsewhere; the latest first. */
  async answersOf(sql: Sql, member: MemberId, since: number): Promise<GivenAnswer[]> {
    const rows = await sql.all<{
      task_id: number;
      words: string;
      answered_by: string;
      answered_at: number;
      question: number | null;
    }>(
      `SELECT task_id, words, answered_by, answered_at,
         (SELECT MIN(q.id) FROM member_question q WHERE q.task_id = member_answer.task_id) AS question FROM member_answer
       WHERE member_id = $1 AND answered_at >= $2 AND words <> '' ORDER BY answered_at DESC, id DESC`,
      [member, since],
    );
    return rows.map((row) => ({
      task: row.task_id,
      words: row.words,
      by: row.answered_by,
      at: row.answered_at,
      isOfQuestion: row.question !== null,
    }));
  }

  /** Whether `forgetWords` would find any words. */
  async anyWordsToForget(sql: Sql, { over, begun }: WordsKeptSince): Promise<boolean> {
    const row = await sql.one<{ found: number }>(
      `SELECT EXISTS (SELECT 1 FROM member_question WHERE ${OLD_QUESTIONS})
         OR EXISTS (SELECT 1 FROM member_answer WHERE ${OLD_ANSWERS}) AS found`,
      [over, begun],
    );
    return row?.found === 1;
  }

  /** Empties the words of questions and answers. Returns the tasks whose answer it has emptied. */
  async forgetWords(tx: Sql, { over, begun }: WordsKeptSince): Promise<number[]> {
    await tx.run(`UPDATE member_question SET words = '' WHERE ${OLD_QUESTIONS}`, [over, begun]);
    const answered = await tx.all<{ task_id: number }>(
      `UPDATE member_answer SET words = '' WHERE ${OLD_ANSWERS} RETURNING task_id`,
      [over],
    );
    return answered.map(({ task_id: task }) => task);
  }

  /** Two members turned out to be one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    for (const table of ['member_question', 'member_answer'])
      await tx.run(`UPDATE ${table} SET member_id = $1 WHERE member_id = $2`, [to, from]);
  }
}

export const memberQuestionStore = new MemberQuestionStore();
