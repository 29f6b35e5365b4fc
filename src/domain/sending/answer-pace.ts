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
export const ANSWER_LOOKBACK_MS = HOUR_MS;

export interface PendingAnswer extends Omit<PastAnswer, 'at'> {
  /** They have a right to hear it. */
  readonly mustBeGiven: boolean;
  /** Nothing is done for them before they answer it. */
  readonly isQuestion?: boolean;
  /** All wordings were used: the same words may be said again once the person's own minute is over. */
  readonly mayRepeat?: boolean;
}

/**
 * When an answer may be said; null when it is not said at all. What is owed waits for the end of the person's own minute, a
 * question also until the account's hour has room; anything else is left out within them.
 */
export function answerAt(
  answer: PendingAnswer,
  past: readonly PastAnswer[],
  pace: AnswerPace,
  now: number,
): number | null {
  const within = past.filter(({ at }) => at > now - ANSWER_LOOKBACK_MS);
  const theirs = within.filter(({ asker }) => asker === answer.asker);
  const sameWordsMs = answer.mayRepeat ? pace.perPersonMs : pace.sameWordsMs;
  if (theirs.some(({ text, at }) => text === answer.text && at > now - sameWordsMs)) return null;
  if (within.length >= pace.perHour) return answer.isQuestion ? roomAt(within, pace.perHour) : null;
  const isGroup = answer.place !== 'dm';
  if (isGroup && within.filter(({ place }) => place === answer.place).length >= pace.perRoomAndHour) return null;
  const last = Math.max(-Infinity, ...theirs.filter(({ place }) => (place !== 'dm') === isGroup).map(({ at }) => at));
  const free = last + pace.perPersonMs;
  if (free <= now) return now;
  // In private nobody else sees how fast a right is granted.
  if (answer.mustBeGiven) return isGroup ? free : now;
  return null;
}

/** When fewer than `most` of these are within an hour. */
function roomAt(within: readonly PastAnswer[], most: number): number {
  const times = within.map(({ at }) => at).sort((one, other) => one - other);
  return times[times.length - most]! + ANSWER_LOOKBACK_MS;
}
