import { z } from 'zod';
import type { LocalizedText } from '../localized-text.js';
import type { Day } from '../day.js';

import { triggers, type Ground, type Trigger } from './index.js';
import { metricsByName } from '../metrics/index.js';
import type { CompiledRule } from '../rules/index.js';
import type { Found, EvaluatedMember, TriggerInput, TriggerDefinition, TriggerNames } from './trigger.js';

/** Schema of `trigger:` in the front matter. The cast is needed because `map` loses the tuple type. */
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

// The cast is needed because the compiler cannot tell which definition a trigger's name selects.
const byName: ReadonlyMap<string, AnyTrigger> = new Map(
  triggers.map((trigger) => [trigger.on, trigger as unknown as AnyTrigger]),
);

export const definitionOf = ({ on }: Pick<Trigger, 'on'>): AnyTrigger => byName.get(on)!;

/** Example of a trigger's settings; undefined for an unknown trigger. */
export const triggerHint = (on: unknown): LocalizedText | undefined =>
  typeof on === 'string' ? byName.get(on)?.hint : undefined;

const asWritten = (name: string): LocalizedText => ({ zh: name, en: name });
const namesAsWritten: TriggerNames = {
  tier: (key) => key,
  metric: (name) => metricsByName.get(name)?.label ?? asWritten(name),
  segment: asWritten,
  specialDay: asWritten,
};

/** When a campaign fires, for the list in the console. What `names` leaves out is named as it is written. */
export const triggerWords = (trigger: Trigger, names: Partial<TriggerNames> = {}): LocalizedText =>
  definitionOf(trigger).words(trigger, { ...namesAsWritten, ...names });

/** A campaign's trigger, with the compiled condition that it watches. */
interface Watched {
  readonly trigger: Trigger;
  readonly rule?: CompiledRule | null;
}

export const findOccasions = (
  { trigger, windowHours, rule }: Watched & { readonly windowHours: number },
  input: TriggerInput,
  now: number,
): readonly (Omit<Found, 'ground'> & { readonly ground: Ground })[] =>
  definitionOf(trigger)
    .find(trigger, { ...input, rule }, now, windowHours)
    .map((found) => ({ ...found, ground: { on: trigger.on, ...(found.ground as object) } as Ground }));

/** The ground of a stored message; null when it is absent or unreadable. */
export function readGround(stored: unknown): Ground | null {
  if (typeof stored !== 'string') return null;
  try {
    const parsed = groundSchema.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The campaign's trigger was changed after the message was planned. */
const CHANGED = {
  code: 'trigger_changed',
  words: { zh: '模板改了触发条件', en: 'the template has another trigger now' },
};

/** The code of why a queued message's ground no longer holds; null while it holds. */
export function lapsedReason(
  { trigger, rule }: Watched,
  ground: Ground | null,
  member: EvaluatedMember,
): string | null {
  // Planned by an older version, which stored no ground.
  if (ground === null) return null;
  if (ground.on !== trigger.on) return CHANGED.code;
  const definition = definitionOf(trigger);
  return definition.stillHolds(trigger, ground, { ...member, rule }) ? null : definition.lapsed.code;
}

/** Labels of the codes with which a message's ground lapsed. Such a message did not answer its occasion. */
export const lapsedReasonLabels: ReadonlyMap<string, LocalizedText> = new Map(
  [...triggers.map(({ lapsed }) => lapsed), CHANGED].map(({ code, words }) => [code, words]),
);

/** What a message states, without the time. Of two messages to one member with the same claim only one is sent. */
export function claimOf(ground: Ground): string {
  const claim = definitionOf(ground).claim?.(ground);
  return claim === undefined ? ground.on : `${ground.on}:${claim}`;
}

/** The mark that was reached, for milestones. */
export const markOf = (ground: Ground): number | undefined => definitionOf(ground).mark?.(ground);

/** A mark for previews, before any member has reached one. */
export const exampleMark = (trigger: Trigger): number | undefined => definitionOf(trigger).exampleMark?.(trigger);

export const isNudge = (trigger: Trigger): boolean => definitionOf(trigger).isNudge?.(trigger) ?? false;

export const comesAtMidnight = (trigger: Trigger): boolean => definitionOf(trigger).comesAtMidnight?.(trigger) ?? false;

export const foretells = (trigger: Trigger): boolean => definitionOf(trigger).foretells ?? false;

export const isInvitation = (trigger: Trigger): boolean => definitionOf(trigger).isInvitation ?? false;

/** The day that the campaign's text refers to for this member: 去年的今天 is one year after it. Null when there is none. */
export const dayLookedBackOn = (
  trigger: Trigger,
  member: Pick<EvaluatedMember, 'subject' | 'decision'>,
  today: Day,
): Day | null => definitionOf(trigger).looksBack?.day(trigger, member, today) ?? null;
