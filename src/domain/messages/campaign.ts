import type { CompiledRule } from '../rules/index.js';
import type { CapClass, Timing } from '../sending/send-policy.js';
import type { Trigger } from '../triggers/index.js';
import type { FrontMatter } from './front-matter-schema.js';
import type { ParsedBody } from './liquid.js';
import type { Visibility } from '../metrics/index.js';

export type CampaignKind = FrontMatter['kind'];
export type CampaignChannel = FrontMatter['channels'][number];
export type CampaignAttachment = FrontMatter['attach'][number];

/** A text that was checked: ready to be filled. */
export interface Body {
  readonly text: string;
  /** Names of the variables it needs. */
  readonly variables: readonly string[];
  /** The least public of them: a `shared` text may be the same for many members. */
  readonly visibility: Visibility;
  /** Not to be said before the group. */
  readonly isKeptFromGroups: boolean;
  readonly parsed: ParsedBody;
}

export interface Variant {
  readonly name: string;
  /** Share among the variants: 1 and 1 is half and half. */
  readonly weight: number;
  readonly body: Body;
  /** The impersonal text for a WeCom mass-send, so that many members share one task of the staff. */
  readonly mass: Body | null;
}

/** What goes out as a text message: an approved template of the provider's, and what is filled into it, in its order. */
export interface SmsTemplate {
  readonly template: string;
  readonly params: readonly Body[];
}

/** A template that was checked and compiled. */
export interface Template {
  readonly key: string;
  readonly name: string;
  readonly kind: CampaignKind;
  /** As the text says; the switch in the console has the last word. */
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** Null: everyone. */
  readonly audience: CompiledRule | null;
  /** Asked again when the message is about to go: true cancels it. */
  readonly stopWhen: CompiledRule | null;
  /** The first that can reach the member is taken. */
  readonly channels: readonly CampaignChannel[];
  readonly timing: Timing;
  /** How long it stays worth sending, from the moment it is triggered. */
  readonly windowHours: number;
  readonly once: 'ever' | 'per_occasion';
  /** How it stands to the caps; null: it neither counts nor waits. */
  readonly caps: CapClass | null;
  /** 0..100; the higher goes first when a cap lets only one through. */
  readonly priority: number;
  /** Percent of the audience held back, to see whether it helps. */
  readonly holdoutPercent: number;
  readonly attach: readonly CampaignAttachment[];
  /** Present exactly when `sms` is one of the channels. */
  readonly sms: SmsTemplate | null;
  /** At least one. */
  readonly variants: readonly Variant[];
  /** Names of the variables of all its texts. */
  readonly variables: readonly string[];
}

/** A template at one version, as it is stored and in force. */
export interface Campaign extends Template {
  readonly version: number;
}

/** The text a channel gets: a mass-send the impersonal one. */
export const bodyFor = (variant: Variant, channel: CampaignChannel): Body =>
  channel === 'mass_send' ? (variant.mass ?? variant.body) : variant.body;
