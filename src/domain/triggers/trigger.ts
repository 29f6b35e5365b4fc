import { z } from 'zod';
import type { LocalizedText } from '../localized-text.js';
import type { BecauseValue } from '../because.js';
import type { Day } from '../day.js';
import type { Decision, Subject } from '../decide.js';
import type { MemberState } from '../member.js';
import type { FactOf } from '../fact.js';
import type { MemberFact } from '../member-fact.js';
import type { MetricValue } from '../metrics/index.js';
import type { CompiledRule } from '../rules/index.js';
import type { Ruleset } from '../ruleset.js';

/** One evaluated member with the rules that apply. */
export interface EvaluatedMember {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly ruleset: Pick<Ruleset, 'tiers' | 'version' | 'kol' | 'calendar' | 'series'> &
    Partial<Pick<Ruleset, 'product'>>;
  /** The compiled `condition` of the trigger. Absent: it has none. */
  readonly rule?: CompiledRule | null | undefined;
}

export interface TriggerInput extends EvaluatedMember {
  /** Contacts added since the last evaluation. */
  readonly added: readonly FactOf<'contact_added'>[];
  /** All facts since the last evaluation. */
  readonly facts: readonly MemberFact[];
  /** The names of the links that were opened, by code. */
  readonly links?: ReadonlyMap<string, string> | undefined;
}

export interface Found<G = unknown> {
  /** Unique among the occasions of this trigger and member. */
  readonly id: string;
  /** The scope of `once: ever`: empty for the whole campaign, a mark for once per mark. */
  readonly once: string;
  readonly ground: G;
  readonly values: readonly BecauseValue[];
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
}

/** How a trigger names what it watches. */
export interface TriggerNames {
  tier(key: string): string;
  metric(name: string): LocalizedText;
  segment(key: string): LocalizedText;
  specialDay(key: string): LocalizedText;
}

/** A condition in CEL, and the setting of the trigger that a mistake in it comes from. */
export interface WatchedCondition {
  readonly text: string;
  readonly setting: string;
  /** The trigger fires while it holds, not when it begins to. Then it may name ranks, which move because others do. */
  readonly isState?: boolean;
}

/** The day that a campaign's text refers to: 去年的今天 is one year after it. */
interface LookBack<T> {
  /** Days between it and the occasion. */
  days(trigger: T): number;
  /** Null when unknown. */
  day(trigger: T, member: Pick<EvaluatedMember, 'subject' | 'decision'>, today: Day): Day | null;
}

/**
 * Finds the members a campaign writes to, and checks before sending that the reason still holds. A trigger is one such
 * object and one line in `index.ts`: front matter, occasions, previews, dry runs and the console read that list.
 */
interface TriggerParts<K extends string, S extends z.ZodRawShape, G extends z.ZodRawShape, T, Q> {
  readonly on: K;
  /** Its settings in the front matter, beside its name. */
  readonly settings: S;
  /** Example of its settings, shown to an operator who got them wrong. */
  readonly hint: LocalizedText;
  /** When it fires, for the list in the console. */
  words(trigger: T, names: TriggerNames): LocalizedText;
  /** The condition that it watches, in CEL. The template's check compiles it, and it makes members due as rules do. */
  condition?(trigger: T): WatchedCondition;
  /** Shape of the reason that is stored with a planned message and checked again before sending. */
  readonly ground: G;
  find(trigger: T, input: TriggerInput, now: number, windowHours: number): readonly Found<Q>[];
  /** Whether the text of a message planned on this ground is still true. */
  stillHolds(trigger: T, ground: Q, member: EvaluatedMember): boolean;
  /** Reason of a message that was not sent because its ground no longer holds. */
  readonly lapsed: { readonly code: string; readonly words: LocalizedText };
  /** What the message states beside the trigger's name, without the time. Default: nothing. */
  claim?(ground: Q): string;
  /** A mark for previews of a text about it. Absent: the trigger has no mark. */
  exampleMark?(trigger: T): number | undefined;
  /** The mark that was reached. */
  mark?(ground: Q): number;
  readonly looksBack?: LookBack<T>;
  /** It reacts to something the member did, so old facts do not fire it. The other triggers follow the calendar. */
  readonly reactsToActivity?: boolean;
  /** It fires when a day begins, so at midnight. */
  comesAtMidnight?(trigger: T): boolean;
  /** It asks a silent member to come back. A member gets one nudge within the gap, whatever its trigger. */
  isNudge?(trigger: T): boolean;
  /** It fires for single members when something happens to them, so it has no launch to estimate. */
  readonly goesOneByOne?: boolean;
  /** The ages of a member's dates at which it fires without a fact, by day column of `member_metrics`. */
  agesOf?(trigger: T): readonly { readonly column: string; readonly days: number }[];
  /**
   * The first day after `after` on which it fires for this member by the calendar alone; null when there is none. Beside
   * `agesOf`, for dates that are no age.
   */
  nextDay?(
    trigger: T,
    member: Pick<EvaluatedMember, 'ruleset'> & { readonly state: MemberState },
    after: Day,
  ): Day | null;
  /** Its message tells members what will happen to them unless they act, so no draw keeps it from anybody. */
  readonly foretells?: boolean;
  /** Its message carries a group's join code, which is for one member only. */
  readonly isInvitation?: boolean;
  /** Every find is a new occasion, because the condition did not hold at the last evaluation. */
  readonly isNewWheneverFound?: boolean;
  /** A later occasion within a day of a sent message gets no message. */
  readonly oncePerDay?: boolean;
  /** A later occasion makes the queued message of an earlier one obsolete. */
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

/** Makes a trigger from its parts; the types of its settings and ground are inferred from their shapes. */
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
