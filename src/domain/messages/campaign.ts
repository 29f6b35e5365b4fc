import type { Measure } from '../experiments/outcomes.js';
import type { CompiledRule } from '../rules/index.js';
import type { CapClass, Timing } from '../sending/send-policy.js';
import type { WatchedLaunch } from '../sending/watched-launch.js';
import type { Trigger } from '../triggers/index.js';
import type { Body } from './compiled-body.js';
import type { FrontMatter } from './front-matter-schema.js';

export type CampaignKind = FrontMatter['kind'];
export type CampaignChannel = FrontMatter['channels'][number];
export type CampaignAttachment = FrontMatter['attach'][number];

export interface Variant {
  readonly name: string;
  /** Share among the variants: 1 and 1 is half and half. */
  readonly weight: number;
  readonly body: Body;
  /** Impersonal text for a WeCom mass-send, so that many members share one task of the staff. */
  readonly mass: Body | null;
}

/** A text message: the provider's approved template and its parameters in order. */
export interface SmsTemplate {
  readonly template: string;
  readonly params: readonly Body[];
}

/** A template that was checked and compiled. */
export interface Template {
  readonly key: string;
  readonly name: string;
  readonly kind: CampaignKind;
  /** As in the file; the switch in the console overrides it. */
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** The condition that the trigger watches; null when it watches none. */
  readonly rule: CompiledRule | null;
  /** Null: everyone. */
  readonly audience: CompiledRule | null;
  /** Evaluated again before sending; if it holds, the message is cancelled. */
  readonly stopWhen: CompiledRule | null;
  /** A text saved in the console waits for a second person. */
  readonly needsReview: boolean;
  /** Null: its launch is not watched, and all goes. */
  readonly watched: WatchedLaunch | null;
  /** The first one that can reach the member is used. */
  readonly channels: readonly CampaignChannel[];
  readonly timing: Timing;
  /** Names of days on which nothing of it goes (`isAmong`). */
  readonly exceptDays: readonly string[];
  /** Hours after the trigger within which the message may be sent. */
  readonly windowHours: number;
  readonly once: 'ever' | 'per_occasion';
  /** Which caps apply; null: it neither counts nor waits. */
  readonly caps: CapClass | null;
  /** 0..100; the higher goes first when a cap allows only one. */
  readonly priority: number;
  /** Percent of the audience in the holdout, to measure the lift. */
  readonly holdoutPercent: number;
  readonly measure: Measure;
  readonly attach: readonly CampaignAttachment[];
  /** A click on a link in its mass text is signed in silently inside WeChat, so that the member is known. */
  readonly identify: boolean;
  /** Present exactly when `sms` is one of the channels. */
  readonly sms: SmsTemplate | null;
  /** At least one. */
  readonly variants: readonly Variant[];
  /** Names of the variables of all its texts. */
  readonly variables: readonly string[];
}

/** A stored template at one version. */
export interface Campaign extends Template {
  readonly version: number;
}

/** Whether many members get or read the same text, so that a link in it cannot say who clicked. */
export const isSharedText = (channel: CampaignChannel): boolean =>
  channel === 'mass_send' || channel === 'group_mention';

/** The text for a channel; a mass-send gets the impersonal one if there is one. */
export const bodyFor = (variant: Variant, channel: CampaignChannel): Body =>
  channel === 'mass_send' ? (variant.mass ?? variant.body) : variant.body;
