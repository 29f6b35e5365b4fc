import { HOUR_MS, MINUTE_MS } from '../day.js';

/** How often the bot answers members. No platform publishes such figures; these are those of somebody with a phone. */
export interface AnswerPace {
  /** One answer a person in so long. */
  readonly perPersonMs: number;
  readonly perRoomAndHour: number;
  /** Through the whole chat account. */
  readonly perHour: number;
  /** The same words are not said to the same person again before. */
  readonly sameWordsMs: number;
}

export const ANSWER_PACE: AnswerPace = {
  perPersonMs: MINUTE_MS,
  perRoomAndHour: 20,
  perHour: 60,
  sameWordsMs: 10 * MINUTE_MS,
};

/** An answer to a member: to whom, where (`group:…`, `dm`), when. */
export interface PastAnswer {
  readonly asker: string;
  readonly place: string;
  readonly at: number;
  readonly text: string;
}

/** Answers older than this are of no account. */
export const ANSWERS_COUNT_MS = HOUR_MS;

/**
 * When an answer may be said; null when it is not said at all: nothing is queued for longer than a person's own minute.
 * `isOwed`: of what they have a right to hear, it waits for that minute; anything else is left out within it.
 */
export function answerAt(
  answer: Omit<PastAnswer, 'at'> & { readonly isOwed: boolean },
  past: readonly PastAnswer[],
  pace: AnswerPace,
  now: number,
): number | null {
  const within = past.filter(({ at }) => at > now - ANSWERS_COUNT_MS);
  const theirs = within.filter(({ asker }) => asker === answer.asker);
  if (theirs.some(({ text, at }) => text === answer.text && at > now - pace.sameWordsMs)) return null;
  if (within.length >= pace.perHour) return null;
  const isGroup = answer.place !== 'dm';
  if (isGroup && within.filter(({ place }) => place === answer.place).length >= pace.perRoomAndHour) return null;
  const last = Math.max(-Infinity, ...theirs.filter(({ place }) => (place !== 'dm') === isGroup).map(({ at }) => at));
  const free = last + pace.perPersonMs;
  if (free <= now) return now;
  // In private nobody else sees how fast a right is granted.
  if (answer.isOwed) return isGroup ? free : now;
  return null;
}
