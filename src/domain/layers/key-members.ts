import type { MetricValues } from '../metrics/index.js';
import type { CompiledScore } from '../rules/index.js';

/** The most valued members: those whose score is among the highest. */
export interface KeyMembers {
  /** Percent of the present members. */
  readonly share: number;
  readonly score: CompiledScore;
}

/** The corp figure with the least score of a key member; null while nobody has one. */
export const KEY_SCORE = 'key_member_score';

export function isKeyMember(values: MetricValues, { score }: KeyMembers): boolean {
  const own = score.read(values);
  const least = values[KEY_SCORE];
  return own !== null && own > 0 && typeof least === 'number' && own >= least;
}
