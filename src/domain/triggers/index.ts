import { assertNever } from '../assert-never.js';
import type { Campaign, TriggerKind } from '../messages/index.js';
import { contactAdded } from './contact-added.trigger.js';
import { daysSince } from './days-since.trigger.js';
import type { Ground } from './ground.js';
import { moveInvited, moveReminder } from './move.trigger.js';
import { oneStep } from './one-step.trigger.js';
import { reached } from './reached.trigger.js';
import { silent } from './silent.trigger.js';
import { stage } from './stage.trigger.js';
import { tierGrace } from './tier-grace.trigger.js';
import { tierUp } from './tier-up.trigger.js';
import type { Evaluation, Found, Standing, TriggerRules } from './trigger-rules.js';

export { readGround, type Ground } from './ground.js';
export type { Found, Standing } from './trigger-rules.js';

/** Every trigger; a kind that is not here does not compile. */
export const triggers: { readonly [K in TriggerKind]: TriggerRules<K> } = {
  contact_added: contactAdded,
  days_since: daysSince,
  reached,
  tier_up: tierUp,
  one_step: oneStep,
  stage,
  silent,
  tier_grace: tierGrace,
  move_invited: moveInvited,
  move_reminder: moveReminder,
};

// The kind of a trigger picks its rules, which the compiler cannot follow through the table.
const rulesOf = (on: TriggerKind): TriggerRules<TriggerKind> => triggers[on] as TriggerRules<TriggerKind>;

export function findOccasions(trigger: Campaign['trigger'], evaluation: Evaluation, now: number): readonly Found[] {
  return rulesOf(trigger.on).find(trigger, evaluation, now);
}

/**
 * Why a queued message's reason is gone; null while it stands. A campaign that was given another trigger meanwhile has
 * nothing to do with the occasion any more.
 */
export function whyGone(
  { trigger }: Pick<Campaign, 'trigger'>,
  ground: Ground | null,
  standing: Standing,
): string | null {
  // Planned before grounds were kept.
  if (ground === null) return null;
  if (ground.on !== trigger.on) return 'trigger_changed';
  const rules = rulesOf(trigger.on);
  return rules.stillHolds(trigger, ground, standing) ? null : rules.gone;
}

/** Codes that say that a message was not sent because its reason was gone: the occasion was never answered. */
export const goneCodes: ReadonlySet<string> = new Set([
  ...Object.values(triggers).map(({ gone }) => gone),
  'trigger_changed',
]);

/** What a message says, apart from when it came to be so: of two to the same person that say the same one is enough. */
export function claimOf(ground: Ground): string {
  switch (ground.on) {
    case 'contact_added':
    case 'tier_grace':
    case 'move_invited':
    case 'move_reminder':
      return ground.on;
    case 'days_since':
      return `${ground.on}:${ground.metric}:${ground.at}`;
    case 'reached':
      return `${ground.on}:${ground.metric}:${ground.mark}`;
    case 'tier_up':
    case 'one_step':
      return `${ground.on}:${ground.to}`;
    case 'stage':
      return `${ground.on}:${ground.enters}`;
    case 'silent':
      return `${ground.on}:${ground.days}`;
    default:
      return assertNever(ground);
  }
}
