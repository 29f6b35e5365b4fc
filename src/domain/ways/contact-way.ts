import type { MemberId } from '../ids.js';
import type { TagRef } from '../tags.js';

/** A channel code from the settings file. WeCom reports `key` as the `state` of customers who came by it. */
export interface ChannelWay {
  readonly key: string;
  readonly name: string;
  readonly staff: readonly string[];
  readonly skipVerify: boolean;
  readonly tags: readonly TagRef[];
  /** Key of the welcome template for this channel; null for the general one. */
  readonly welcome: string | null;
}

export interface WayPolicy {
  readonly tagGroup: string;
  readonly channels: readonly ChannelWay[];
  /** Codes of single members, with which they invite others. */
  readonly vip: {
    /** Tiers whose members get a code automatically. */
    readonly tiers: readonly string[];
    /** Staff of the code when the member is no contact of anybody. */
    readonly staff: readonly string[];
    readonly skipVerify: boolean;
    readonly tags: readonly TagRef[];
  };
}

/** `state` of a member's code; never equal to a channel key of the file. */
export const vipKey = (member: MemberId): string => `vip-${member}`;

/** Removes staff who left, because WeCom rejects a code with them (41054, 60111), and repeats; at most 100. */
export const staffOfWay = (named: readonly string[], left: ReadonlySet<string>): string[] =>
  named.filter((userid, index) => !left.has(userid) && named.indexOf(userid) === index).slice(0, 100);
