import type { Because } from '../because.js';
import { matches } from '../moves/name-pattern.js';

/**
 * What keeps a member at least in a tier, whatever its rules say: any of these tags, or being in a group whose name matches
 * one of these patterns (`*` stands for any text).
 */
export interface TierFloor {
  readonly tags: readonly string[];
  readonly groups: readonly string[];
}

/** The tag or the group that puts a member on a floor. */
export type FloorGround = { readonly tag: string } | { readonly group: string };

/** The first tag or group that puts this member on the floor; null when none does. */
export function groundOfFloor(
  floor: TierFloor | undefined,
  tags: ReadonlySet<string>,
  groupNames: readonly string[],
): FloorGround | null {
  if (!floor) return null;
  const tag = floor.tags.find((name) => tags.has(name));
  if (tag !== undefined) return { tag };
  const group = groupNames.find((name) => floor.groups.some((pattern) => matches(pattern, name)));
  return group === undefined ? null : { group };
}

/** The floor of one member: the highest tier that one of their tags or groups keeps for them. */
export interface MemberFloor {
  readonly tier: string;
  readonly ground: FloorGround;
}

/** Whether this floor keeps the member in the tier, being of that tier or of a higher one. */
export function isKeptByFloor(
  tier: string,
  floor: MemberFloor | null | undefined,
  tiers: readonly { readonly key: string }[],
): boolean {
  const rankOf = (key: string): number => tiers.findIndex((one) => one.key === key);
  return floor ? rankOf(floor.tier) >= rankOf(tier) : false;
}

export const becauseOfFloor = ({ tier, ground }: MemberFloor, version: number): Because => ({
  rule: `tier:${tier}:floor`,
  version,
  values: 'tag' in ground ? [{ metric: 'tags', have: true, need: `有 ${ground.tag}` }] : [],
  reasons: ['tag' in ground ? `floor_tag:${ground.tag}` : `floor_group:${ground.group}`],
});
