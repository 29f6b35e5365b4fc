import type { MemberId } from '../ids.js';
import type { TagRef } from '../tags.js';

/** A channel as the file says: its key is what WeCom tells us of whoever came by it. */
export interface ChannelWay {
  readonly key: string;
  readonly name: string;
  readonly staff: readonly string[];
  readonly skipVerify: boolean;
  readonly tags: readonly TagRef[];
  /** Key of the template that greets those who come by it; null: as everybody. */
  readonly welcome: string | null;
}

export interface WayPolicy {
  readonly tagGroup: string;
  readonly channels: readonly ChannelWay[];
  /** Codes of single members, by which they bring others. */
  readonly vip: {
    /** Tiers whose members get one by themselves. */
    readonly tiers: readonly string[];
    /** Whom the code leads to where the member is nobody's contact. */
    readonly staff: readonly string[];
    readonly skipVerify: boolean;
    readonly tags: readonly TagRef[];
  };
}

/** Unique, short, and never one of the file's keys. */
export const vipKey = (member: MemberId): string => `vip-${member}`;

/** Those who left are taken out, or nobody could scan the code any more (41054, 60111). */
export const staffOfWay = (named: readonly string[], left: ReadonlySet<string>): string[] =>
  named.filter((userid, index) => !left.has(userid) && named.indexOf(userid) === index).slice(0, 100);
