import { type ActionKey, numberedKey } from './action-keys.js';
import { DAY_MS } from './day.js';
import type { Occasion } from './occasions.js';
import { definitionOf, lapsedReasonLabels } from './triggers/read-triggers.js';

/** An earlier message of the same campaign to the same member, or the record of why there was none. */
export interface EarlierMessage {
  readonly key: string;
  readonly occasion: string;
  readonly state: string;
  readonly reason: string | null;
  readonly createdAt: number;
}

/** Codes of messages that never answered their occasion: should it come again, it is told. */
export const unansweredReasons: ReadonlySet<string> = new Set([...lapsedReasonLabels.keys(), 'not_in_audience']);

const isOpen = ({ state }: EarlierMessage): boolean =>
  state === 'planned' || state === 'sending' || state === 'waiting';
const answers = ({ state, reason }: EarlierMessage): boolean =>
  state !== 'cancelled' || reason === null || !unansweredReasons.has(reason);
/** When two records became one: the message it gave way to answers for it, as long as that one answers. */
const gaveWay = ({ state, reason }: EarlierMessage): boolean => state === 'cancelled' && reason === 'merged';
const isPartOf = (id: string, whole: string): boolean => id === whole || id.startsWith(`${whole}:`);

/** Messages of older versions of the product do not say which occasion they were about: for so long it may be this one. */
const UNNAMED_MS = 31 * DAY_MS;

/**
 * Whether an occasion was answered before, by what is kept of the campaign and the member. It does not go by the key alone:
 * an edit of `once` changes the keys, and not what members were told.
 */
export function isAnswered(occasion: Occasion, earlier: readonly EarlierMessage[], now: number): boolean {
  const { campaign, id, onceOf } = occasion;
  const isAlike = (one: EarlierMessage): boolean => isPartOf(one.occasion, onceOf) || isPartOf(onceOf, one.occasion);
  const ofItself = earlier.filter((one) => answers(one) && !gaveWay(one));
  if (campaign.once === 'ever') return ofItself.some(isAlike);
  const told = ofItself.some(isAlike) ? earlier.filter(answers) : ofItself;
  const rules = definitionOf(campaign.trigger);
  return told.some((one) => {
    if (one.occasion === id) return rules.isNewWheneverFound !== true || isOpen(one);
    if (isPartOf(id, one.occasion)) return now - one.createdAt < UNNAMED_MS;
    // One that is still to go says it for both.
    return isOpen(one) && rules.replacesQueued !== true && isPartOf(one.occasion, onceOf);
  });
}

/** A key that nothing has yet. */
export function unusedKey(key: ActionKey, earlier: readonly Pick<EarlierMessage, 'key'>[]): ActionKey {
  const taken = new Set<string>(earlier.map((one) => one.key));
  for (let n = 1; ; n++) {
    const free = numberedKey(key, n);
    if (!taken.has(free)) return free;
  }
}
