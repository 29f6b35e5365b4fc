import type { GroupWelcomeContent } from '../action.js';
import type { Day } from '../day.js';
import { renderBody } from '../messages/body.js';
import type { Body } from '../messages/compiled-body.js';
import type { Timing } from '../sending/send-policy.js';
import type { GroupFigures } from './group-figures.js';
import type { GroupOccasion } from './group-trigger.js';
import { findGroupOccasion, type GroupTrigger } from './triggers/index.js';
import { groupValues, isOfOneDay } from './variables.js';

/** A text that the product says in groups by itself. */
export interface GroupText {
  readonly key: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly trigger: GroupTrigger;
  /** Groups of these tiers only; empty: all groups. */
  readonly tiers: readonly string[];
  readonly timing: Timing;
  /** Names of days on which it is not said (`isAmong`). */
  readonly exceptDays: readonly string[];
  /** Hours within which it is said, or not at all. */
  readonly windowHours: number;
  readonly body: Body;
  /** What the owner of the group is told at the same time; null: nothing. */
  readonly ownerNote: Body | null;
}

/** A welcome for newcomers that the product keeps at WeCom, for owners to choose in their groups. */
export interface GroupWelcome {
  readonly key: string;
  readonly name: string;
  readonly content: GroupWelcomeContent;
  /** Owners of groups are told when it is new. */
  readonly notify: boolean;
}

/** How the product writes in groups. */
export interface GroupPostPolicy {
  /** Posts in one group in any 24 hours, and in any 7 days. */
  readonly perDay: number;
  readonly perWeek: number;
  /** Who posts: the owner of the group by a mass-send, or the chat account where it is in the group. */
  readonly sendBy: 'owner' | 'chat';
  readonly texts: readonly GroupText[];
  readonly welcomes: readonly GroupWelcome[];
}

/** Nothing is said in groups. */
export const noGroupPosts: GroupPostPolicy = { perDay: 1, perWeek: 3, sendBy: 'owner', texts: [], welcomes: [] };

/** The occasion of a text in one group; null when there is none today. */
export const occasionOf = (text: GroupText, group: GroupFigures, today: Day): GroupOccasion | null =>
  text.tiers.length > 0 && (group.tier === null || !text.tiers.includes(group.tier))
    ? null
    : findGroupOccasion(text.trigger, group, today);

export type FilledPost =
  | {
      readonly ok: true;
      readonly text: string;
      /** The only day on which it is true; null: any day. */
      readonly wordsDay: Day | null;
    }
  | { readonly ok: false; readonly code: string };

/** The text as it is said in one group today. */
export function fillPost(
  body: Body,
  group: GroupFigures,
  at: { readonly today: Day; readonly corpName: string },
): FilledPost {
  const rendered = renderBody(body, groupValues(group, at));
  if (!rendered.ok) return { ok: false, code: `text:${rendered.code}` };
  return { ok: true, text: rendered.text, wordsDay: isOfOneDay(body.variables) ? at.today : null };
}
