import { z } from 'zod';
import type { LocalizedText } from '../localized-text.js';
import type { Day } from '../day.js';

import { triggers, type Ground, type Trigger } from './index.js';
import type { Found, EvaluatedMember, TriggerInput, TriggerDefinition } from './trigger.js';

/** A trigger's part of the front matter. The compiler cannot follow a list through `map`. */
export const triggerSchema = z.discriminatedUnion(
  'on',
  triggers.map(({ schema }) => schema) as unknown as Schemas<typeof triggers, 'schema'>,
);

const groundSchema = z.discriminatedUnion(
  'on',
  triggers.map(({ groundSchema }) => groundSchema) as unknown as Schemas<typeof triggers, 'groundSchema'>,
);

type Schemas<L extends readonly unknown[], P extends 'schema' | 'groundSchema'> = {
  [I in keyof L]: L[I] extends Readonly<Record<P, infer S>> ? S : never;
};

type AnyTrigger = TriggerDefinition<Trigger['on'], z.ZodRawShape, z.ZodRawShape, Trigger, Ground>;

// The name of a trigger picks its definition, which the compiler cannot follow through the list.
const byName: ReadonlyMap<string, AnyTrigger> = new Map(
  triggers.map((trigger) => [trigger.on, trigger as unknown as AnyTrigger]),
);

/** All that is known of a kind of trigger. */
export const definitionOf = ({ on }: Pick<Trigger, 'on'>): AnyTrigger => byName.get(on)!;

/** How the settings of a trigger are written; undefined for a name that no trigger has. */
export const triggerHint = (on: unknown): LocalizedText | undefined =>
  typeof on === 'string' ? byName.get(on)?.hint : undefined;

/** What makes a campaign go out, for the list in the console. `tierLabel` turns a tier's key into words. */
export const triggerWords = (trigger: Trigger, tierLabel: (key: string) => string = (key) => key): LocalizedText =>
  definitionOf(trigger).words(trigger, tierLabel);

export const findOccasions = (
  trigger: Trigger,
  standing: TriggerInput,
  now: number,
): readonly (Omit<Found, 'ground'> & { readonly ground: Ground })[] =>
  definitionOf(trigger)
    .find(trigger, standing, now)
    .map((found) => ({ ...found, ground: { on: trigger.on, ...(found.ground as object) } as Ground }));

/** The ground of a stored message; null when there is none, or none that can be read. */
export function readGround(stored: unknown): Ground | null {
  if (typeof stored !== 'string') return null;
  try {
    const parsed = groundSchema.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The campaign was given another trigger meanwhile: it has nothing to do with the occasion any more. */
const CHANGED = {
  code: 'trigger_changed',
  words: { zh: '模板改了触发条件', en: 'the template has another trigger now' },
};

/** Why a queued message's reason is gone; null while it stands. */
export function lapsedReason(
  { trigger }: { readonly trigger: Trigger },
  ground: Ground | null,
  standing: EvaluatedMember,
): string | null {
  // Planned before grounds were kept.
  if (ground === null) return null;
  if (ground.on !== trigger.on) return CHANGED.code;
  const definition = definitionOf(trigger);
  return definition.stillHolds(trigger, ground, standing) ? null : definition.lapsed.code;
}

/** Why a message was not sent because its reason was gone, by code: the occasion was never answered. */
export const lapsedReasonLabels: ReadonlyMap<string, LocalizedText> = new Map(
  [...triggers.map(({ lapsed }) => lapsed), CHANGED].map(({ code, words }) => [code, words]),
);

/** What a message says, apart from when it came to be so: of two to the same person that say the same one is enough. */
export function claimOf(ground: Ground): string {
  const claim = definitionOf(ground).claim?.(ground);
  return claim === undefined ? ground.on : `${ground.on}:${claim}`;
}

/** The mark that was reached, for milestones. */
export const markOf = (ground: Ground): number | undefined => definitionOf(ground).mark?.(ground);

/** A mark as it would have been reached, so that a text about it can be shown before anybody has. */
export const exampleMark = (trigger: Trigger): number | undefined => definitionOf(trigger).exampleMark?.(trigger);

export const isNudge = (trigger: Trigger): boolean => definitionOf(trigger).isNudge?.(trigger) ?? false;

export const comesAtMidnight = (trigger: Trigger): boolean => definitionOf(trigger).comesAtMidnight?.(trigger) ?? false;

export const isInvitation = (trigger: Trigger): boolean => definitionOf(trigger).isInvitation ?? false;

/** The day a campaign looks back on, for this member: 去年的今天 is a year after it. Null where there is none. */
export const dayLookedBackOn = (
  trigger: Trigger,
  standing: Pick<EvaluatedMember, 'subject' | 'decision'>,
  today: Day,
): Day | null => definitionOf(trigger).looksBack?.day(trigger, standing, today) ?? null;
