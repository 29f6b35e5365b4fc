import { HOUR_MS, MINUTE_MS } from '../day.js';

/** How often the bot answers members. No platform publishes limits; these are about as fast as a person with a phone. */
export interface AnswerPace {
  /** Minimum time between two answers to one person. */
  readonly perPersonMs: number;
  readonly perRoomAndHour: number;
  /** Through the whole chat account. */
  readonly perHour: number;
  /** Minimum time before the same text is sent to the same person again. */
  readonly sameWordsMs: number;
}

export const ANSWER_PACE: AnswerPace = {
  perPersonMs: MINUTE_MS,
  perRoomAndHour: 20,
  perHour: 60,
  sameWordsMs: 10 * MINUTE_MS,
};

/** An answer to a member. `place`: `group:…`, `kf:…` or `dm`; `at`: epoch ms. */
export interface PastAnswer {
  readonly asker: string;
  readonly place: string;
  readonly at: number;
  readonly text: string;
}

/** Older answers do not count. */
export const ANSWER_LOOKBACK_MS = HOUR_MS;

export interface PendingAnswer extends Omit<PastAnswer, 'at'> {
  /** The person's own interval delays it instead of dropping it, as for the confirmation of an opt-out. */
  readonly mustBeGiven: boolean;
  /** It asks the member something and nothing happens before they answer. */
  readonly isQuestion?: boolean;
  /** All wordings were used, so the same text may be sent again after `perPersonMs`. */
  readonly mayRepeat?: boolean;
}

/**
 * When an answer may be sent, epoch ms; null when it is dropped. An answer that must be given waits for the person's own
 * interval, and a question waits for room in the account's hour. Every other limit drops the answer, as does the same text
 * within `sameWordsMs`.
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
  const isGroup = isGroupPlace(answer.place);
  if (isGroup && within.filter(({ place }) => place === answer.place).length >= pace.perRoomAndHour) return null;
  const last = Math.max(
    -Infinity,
    ...theirs.filter(({ place }) => isGroupPlace(place) === isGroup).map(({ at }) => at),
  );
  const free = last + pace.perPersonMs;
  if (free <= now) return now;
  // In private nobody else sees the pace, so an answer that must be given goes at once.
  if (answer.mustBeGiven) return isGroup ? free : now;
  return null;
}

const isGroupPlace = (place: string): boolean => place.startsWith('group:');

/** The first moment at which fewer than `most` of these answers lie within the last hour. */
function roomAt(within: readonly PastAnswer[], most: number): number {
  const times = within.map(({ at }) => at).sort((one, other) => one - other);
  return times[times.length - most]! + ANSWER_LOOKBACK_MS;
}
