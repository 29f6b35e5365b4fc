import type { BecauseValue } from '../because.js';
import type { Decision, Subject } from '../decide.js';
import type { FactOf } from '../fact.js';
import type { TriggerKind, TriggerOf } from '../messages/index.js';
import type { MetricValue } from '../metrics/index.js';
import type { Ruleset } from '../ruleset.js';
import type { GroundOf } from './ground.js';

/** One member as they are looked at. */
export interface Standing {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly ruleset: Pick<Ruleset, 'tiers' | 'version' | 'kol'>;
}

export interface Evaluation extends Standing {
  /** Contacts that were made since the last look. */
  readonly added: readonly FactOf<'contact_added'>[];
  readonly windowHours: number;
}

export interface Found<K extends TriggerKind = TriggerKind> {
  /** Tells one real occasion from the next. */
  readonly id: string;
  /** What `once: ever` allows once: nothing here is the whole campaign, a mark is each mark. */
  readonly once: string;
  readonly ground: GroundOf<K>;
  readonly values: readonly BecauseValue[];
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
}

/** What makes a campaign look at a member, and whether that reason is still there when the message goes. */
export interface TriggerRules<K extends TriggerKind> {
  readonly on: K;
  find(trigger: TriggerOf<K>, evaluation: Evaluation, now: number): readonly Found<K>[];
  /** Whether a message that was planned on this ground may still say what it says. */
  stillHolds(trigger: TriggerOf<K>, ground: GroundOf<K>, standing: Standing): boolean;
  /** Why nothing is sent when it no longer holds. */
  readonly gone: string;
  /** Finding the occasion proves that it is a new one: what it rests on was not there at the last look. */
  readonly provesItself?: boolean;
  /** A queued message of an earlier occasion no longer holds once there is a later one. */
  readonly replacesQueued?: boolean;
}

export const countOf = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
