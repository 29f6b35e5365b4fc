import { DAY_MS } from './day.js';

/**
 * The one rule for what members write to us and what staff answer them: the words are deleted this long after the matter is
 * over. It is over when its task is done, or, without a task, when the message was received. Only the words: that somebody
 * wrote, and when, is kept. `src/engine/forget-words.ts` applies it to every place that keeps such words.
 */
export const WORDS_KEPT_DAYS = 30;
/** A task that nobody ever closes does not keep words for longer than this. */
export const OPEN_WORDS_KEPT_DAYS = 180;
/** An open task that is older takes no further message: the words of a new one would be deleted with the old ones. */
const TASK_TAKES_MESSAGES_DAYS = OPEN_WORDS_KEPT_DAYS - WORDS_KEPT_DAYS;

/** Words of matters that were over by `over`, and all words from before `begun`, are to be deleted. Epoch ms. */
export interface WordsKeptSince {
  readonly over: number;
  readonly begun: number;
}

export const wordsKeptSince = (now: number): WordsKeptSince => ({
  over: now - WORDS_KEPT_DAYS * DAY_MS,
  begun: now - OPEN_WORDS_KEPT_DAYS * DAY_MS,
});

/** A message goes into an open task that was created after this. Epoch ms. */
export const takesMessagesSince = (now: number): number => now - TASK_TAKES_MESSAGES_DAYS * DAY_MS;
