import { sampleSize } from '../statistics/sample-size.js';
import type { Planned } from './results.js';

/** What an operator says before: what happens anyway, and what would be worth finding. Shares, not percent. */
export interface PlanQuestion {
  readonly baseRate: number;
  readonly difference: number;
}

/** Five points, unless an operator says otherwise. */
export const USUAL_DIFFERENCE = 0.05;

/** A rate of 0 or 1 has no spread, and no size could be told. */
const LOWEST_RATE = 0.005;
export const plausibleRate = (rate: number): number => Math.min(1 - LOWEST_RATE, Math.max(LOWEST_RATE, rate));

/** Part of all who are due, from 0 to 1. */
export interface Shares {
  readonly heldOut: number;
}

/** The people needed: for two texts as many in each, for the lift by the shares of both arms. */
export function plannedSizes({ baseRate, difference }: PlanQuestion, { heldOut }: Shares): Planned {
  const question = { baseRate: plausibleRate(baseRate), difference };
  const texts = sampleSize(question);
  const lift = heldOut > 0 && heldOut < 1 ? sampleSize({ ...question, ratio: (1 - heldOut) / heldOut }) : texts;
  return { perVariant: texts.base, heldOut: lift.base, toSend: lift.other };
}
