import { type ActionKey, numberedKey } from './action-keys.js';
import { DAY_MS } from './day.js';
import type { Occasion } from './occasions.js';
import { definitionOf, lapsedReasonLabels } from './triggers/read-triggers.js';

/** An earlier message of the same campaign to the same member; also a suppressed one. */
export interface EarlierMessage {
  readonly key: string;
  readonly occasion: string;
  readonly state: string;
  readonly reason: string | null;
  readonly createdAt: number;
}

/** Reasons of cancelled messages that did not answer their occasion; a repeated occasion is answered then. */
export const unansweredReasons: ReadonlySet<string> = new Set([...lapsedReasonLabels.keys(), 'not_in_audience']);

const isOpen = ({ state }: EarlierMessage): boolean =>
  state === 'planned' || state === 'sending' || state === 'waiting';
const answers = ({ state, reason }: EarlierMessage): boolean =>
  state !== 'cancelled' || reason === null || !unansweredReasons.has(reason);
/** Cancelled in a merge of two records in favour of another message, which then answers the occasion. */
const isReplaced = ({ state, reason }: EarlierMessage): boolean => state === 'cancelled' && reason === 'merged';
const isPartOf = (id: string, whole: string): boolean => id === whole || id.startsWith(`${whole}:`);

/** Older versions did not store the occasion of a message. For this long such a message may be about any occasion. */
const UNNAMED_MS = 31 * DAY_MS;

/**
 * Whether an occasion was answered by one of the member's earlier messages of the campaign. It does not compare keys alone,
 * because an edit of `once` changes the keys but not what members received.
 */
export function isAnswered(occasion: Occasion, earlier: readonly EarlierMessage[], now: number): boolean {
  const { campaign, id, onceOf } = occasion;
  const isAlike = (message: EarlierMessage): boolean =>
    isPartOf(message.occasion, onceOf) || isPartOf(onceOf, message.occasion);
  const own = earlier.filter((message) => answers(message) && !isReplaced(message));
  if (campaign.once === 'ever') return own.some(isAlike);
  const answering = own.some(isAlike) ? earlier.filter(answers) : own;
  const rules = definitionOf(campaign.trigger);
  return answering.some((message) => {
    if (message.occasion === id) return rules.isNewWheneverFound !== true || isOpen(message);
    if (isPartOf(id, message.occasion)) return now - message.createdAt < UNNAMED_MS;
    // A message that is still to go answers both occasions.
    return isOpen(message) && rules.replacesQueued !== true && isPartOf(message.occasion, onceOf);
  });
}

/**
 * Whether a message of the campaign that tells such things once a day has gone to the member within a day, or waits for staff.
 * One that is still planned does not count: it is replaced.
 */
export const wasSentToday = (
  { campaign }: Pick<Occasion, 'campaign'>,
  earlier: readonly EarlierMessage[],
  now: number,
): boolean =>
  definitionOf(campaign.trigger).oncePerDay === true &&
  earlier.some(({ state, createdAt }) => ['sent', 'sending', 'waiting'].includes(state) && now - createdAt < DAY_MS);

/** The first numbered form of the key that no earlier message has. */
export function unusedKey(key: ActionKey, earlier: readonly Pick<EarlierMessage, 'key'>[]): ActionKey {
  const taken = new Set<string>(earlier.map((one) => one.key));
  for (let n = 1; ; n++) {
    const free = numberedKey(key, n);
    if (!taken.has(free)) return free;
  }
}
