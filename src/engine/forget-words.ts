import { wordsKeptSince } from '../domain/words-kept.js';
import { memberQuestionStore } from '../features/tasks/member-question.store.js';
import { forgetReplyWords } from '../features/tasks/member-replies.js';
import type { Run } from '../features/run.js';
import { commandRequestStore } from '../inbox/command-request.store.js';
import { factStore } from '../inbox/fact.store.js';
import { outboxStore } from '../outbox/outbox.store.js';

/** Deletes what members wrote and what staff answered them, wherever it is stored, when the rule of `words-kept.ts` says so. */
export async function forgetWords({ tx, now }: Pick<Run, 'tx' | 'now'>): Promise<void> {
  const since = wordsKeptSince(now);
  await factStore.forgetWords(tx, since.over);
  await commandRequestStore.forgetWords(tx, since.over);
  await forgetReplyWords(tx, since);
  if (!(await memberQuestionStore.anyWordsToForget(tx, since))) return;
  const answered = await memberQuestionStore.forgetWords(tx, since);
  await outboxStore.forgetStaffAnswers(tx, answered);
}
