import { z } from 'zod';
import type { LocalizedText } from '../localized-text.js';
import type { BecauseValue } from '../because.js';
import type { Day } from '../day.js';
import type { Decision, Subject } from '../decide.js';
import type { FactOf } from '../fact.js';
import type { MetricValue } from '../metrics/index.js';

import type { Ruleset } from '../ruleset.js';

/** One member as they are evaluated. */
export interface EvaluatedMember {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly ruleset: Pick<Ruleset, 'tiers' | 'version' | 'kol'>;
}

export interface TriggerInput extends EvaluatedMember {
  /** Contacts that were made since the last evaluation. */
  readonly added: readonly FactOf<'contact_added'>[];
  readonly windowHours: number;
}

export interface Found<G = unknown> {
  /** Tells one real occasion from the next. */
  readonly id: string;
  /** What `once: ever` allows once: nothing here is the whole campaign, a mark is each mark. */
  readonly once: string;
  readonly ground: G;
  readonly values: readonly BecauseValue[];
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
}

/** The day a campaign looks back on: 去年的今天 is a year after it. */
interface LookBack<T> {
  /** Days between it and the occasion. */
  days(trigger: T): number;
  /** Null where it is not known. */
  day(trigger: T, standing: Pick<EvaluatedMember, 'subject' | 'decision'>, today: Day): Day | null;
}

/**
 * What makes a campaign look at a member, and whether that reason is still there when the message goes. A trigger is one
 * such object and one line in `index.ts`: front matter, occasions, previews, dry runs and the console read the list.
 */
interface TriggerParts<K extends string, S extends z.ZodRawShape, G extends z.ZodRawShape, T, Q> {
  readonly on: K;
  /** Its settings in the front matter, beside its name. */
  readonly settings: S;
  /** How its settings are written, for who got them wrong. */
  readonly hint: LocalizedText;
  /** What sets it off, for the list in the console. `tierLabel` turns a tier's key into words. */
  words(trigger: T, tierLabel: (key: string) => string): LocalizedText;
  /** Why a message was planned, kept with it so that the reason can be asked again when it goes. */
  readonly ground: G;
  find(trigger: T, standing: TriggerInput, now: number): readonly Found<Q>[];
  /** Whether a message that was planned on this ground may still say what it says. */
  stillHolds(trigger: T, ground: Q, standing: EvaluatedMember): boolean;
  /** Why nothing is sent when it no longer holds. */
  readonly lapsed: { readonly code: string; readonly words: LocalizedText };
  /** What a message says beside the trigger's name, apart from when it came to be so; left out: nothing. */
  claim?(ground: Q): string;
  /** A mark for a text about one, before anybody has reached it; left out: the trigger has no mark. */
  exampleMark?(trigger: T): number | undefined;
  /** The mark that was reached. */
  mark?(ground: Q): number;
  readonly looksBack?: LookBack<T>;
  /** It is said because of what somebody did: not when that was long ago. The others go by the calendar. */
  readonly reactsToActivity?: boolean;
  /** It is set off by days alone, and so at midnight. */
  comesAtMidnight?(trigger: T): boolean;
  /**
   * It asks somebody who has fallen silent to come back. Such messages are of one kind, whatever set them off, and of one
   * kind a member gets one within the gap.
   */
  isNudge?(trigger: T): boolean;
  /** It goes out to one member at a time, when something happens to them: it has no launch. */
  readonly goesOneByOne?: boolean;
  /** It brings the code of a group, which is for one member alone. */
  readonly isInvitation?: boolean;
  /** Finding the occasion proves that it is a new one: what it rests on was not there at the last evaluation. */
  readonly isNewWheneverFound?: boolean;
  /** A queued message of an earlier occasion no longer holds once there is a later one. */
  readonly replacesQueued?: boolean;
}

type With<K extends string, S extends z.ZodRawShape> = { readonly on: z.ZodLiteral<K> } & S;

export interface TriggerDefinition<
  K extends string = string,
  S extends z.ZodRawShape = z.ZodRawShape,
  G extends z.ZodRawShape = z.ZodRawShape,
  T = z.output<z.ZodObject<With<K, S>>>,
  Q = z.output<z.ZodObject<G>>,
> extends TriggerParts<K, S, G, T, Q> {
  readonly schema: z.ZodObject<With<K, S>, z.core.$strict>;
  readonly groundSchema: z.ZodObject<With<K, G>>;
}

/** A trigger from its parts: the types of its settings and of its ground follow from their shapes. */
export function defineTrigger<K extends string, S extends z.ZodRawShape, G extends z.ZodRawShape>(
  parts: TriggerParts<K, S, G, z.output<z.ZodObject<With<K, S>>>, z.output<z.ZodObject<G>>>,
): TriggerDefinition<K, S, G> {
  const on = z.literal(parts.on);
  return {
    ...parts,
    schema: z.strictObject({ on, ...parts.settings }),
    groundSchema: z.object({ on, ...parts.ground }),
  };
}

export const countOf = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
