import { z } from 'zod';
import type { BecauseValue } from '../because.js';
import type { Day } from '../day.js';
import type { LocalizedText } from '../localized-text.js';
import type { GroupFigures } from './group-figures.js';

/** Something about a group that a text is said on. */
export interface GroupOccasion {
  /** Unique among the occasions of this trigger and group. The text goes once on each. */
  readonly id: string;
  readonly values: readonly BecauseValue[];
}

/**
 * Finds the groups that a text is said in, and checks before it goes that the reason still holds. A trigger is one such object
 * and one line in `index.ts`: the rule document, the plan of the day, the check before sending and the console read that list.
 */
interface GroupTriggerParts<K extends string, S extends z.ZodRawShape, T> {
  readonly on: K;
  /** Its settings in the rule document, beside its name. */
  readonly settings: S;
  words(trigger: T): LocalizedText;
  /** Null: there is no occasion in this group today. */
  find(trigger: T, group: GroupFigures, today: Day): GroupOccasion | null;
  /** Why a text was not said because its occasion was over. */
  readonly lapsed: { readonly code: string; readonly words: LocalizedText };
  /** The occasion lasts for days: a text that finds no room today is tried again tomorrow. */
  readonly lasts: boolean;
  /** What members do that it is about: on check-ins it is asked again, and talk may end its occasion. */
  readonly watches?: 'check_ins' | 'talk';
}

type With<K extends string, S extends z.ZodRawShape> = { readonly on: z.ZodLiteral<K> } & S;

export interface GroupTriggerDefinition<
  K extends string = string,
  S extends z.ZodRawShape = z.ZodRawShape,
  T = z.output<z.ZodObject<With<K, S>>>,
> extends GroupTriggerParts<K, S, T> {
  readonly schema: z.ZodObject<With<K, S>, z.core.$strict>;
}

/** Makes a trigger from its parts; the type of its settings is inferred from their shape. */
export const defineGroupTrigger = <K extends string, S extends z.ZodRawShape>(
  parts: GroupTriggerParts<K, S, z.output<z.ZodObject<With<K, S>>>>,
): GroupTriggerDefinition<K, S> => ({
  ...parts,
  schema: z.strictObject({ on: z.literal(parts.on), ...parts.settings }),
});
