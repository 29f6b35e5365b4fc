import type { FactOf } from '../fact.js';
import type { MemberId } from '../ids.js';
import type { Occasion } from '../occasions.js';

/** A label that comes with a way in. */
export interface WayTag {
  readonly name: string;
  readonly group: string;
}

/** A channel as the file says: its key is what WeCom tells us of whoever came by it. */
export interface ChannelWay {
  readonly key: string;
  readonly name: string;
  readonly staff: readonly string[];
  readonly skipVerify: boolean;
  readonly tags: readonly WayTag[];
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
    readonly tags: readonly WayTag[];
  };
}

/** Unique, short, and never one of the file's keys. */
export const vipKey = (member: MemberId): string => `vip-${member}`;

/** Those who left are taken out, or nobody could scan the code any more (41054, 60111). */
export const staffOfWay = (named: readonly string[], left: ReadonlySet<string>): string[] =>
  named.filter((userid, index) => !left.has(userid) && named.indexOf(userid) === index).slice(0, 100);

/**
 * Of several greetings only one can go out, as the code works once: the one of the way the newcomer took, if it has its
 * own, and nobody else gets that one.
 */
export function rightWelcome(
  occasions: readonly Occasion[],
  added: readonly FactOf<'contact_added'>[],
  { channels }: WayPolicy,
): Occasion[] {
  const own = new Map(channels.flatMap(({ key, welcome }) => (welcome === null ? [] : [[key, welcome] as const])));
  if (own.size === 0) return [...occasions];
  const reserved = new Set(own.values());
  const wantedBy = new Map(added.map(({ data }) => [data.welcomeCode, own.get(data.state ?? '')]));
  return occasions.filter(({ campaign, welcome }) => {
    if (!welcome) return true;
    const wanted = wantedBy.get(welcome.code);
    const isThere = wanted !== undefined && occasions.some((other) => other.campaign.key === wanted);
    return isThere ? campaign.key === wanted : !reserved.has(campaign.key);
  });
}
