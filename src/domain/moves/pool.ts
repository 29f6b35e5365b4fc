import type { GroupId } from '../ids.js';
import type { Ruleset, TierRules } from '../ruleset.js';
import { cutToBytes } from '../cut-text.js';
import { matches } from './name-pattern.js';

/** The tier whose pool a group belongs to, by the group's name. In the tiers' name patterns `*` matches any text. */
export function poolOf(name: string, ruleset: Ruleset): TierRules | null {
  return ruleset.tiers.find((tier) => tier.groups.some((pattern) => matches(pattern, name))) ?? null;
}

/** Whether every name that matches `other` also matches `pattern`. A star is matched only by a star. */
export const covers = (pattern: string, other: string): boolean => matches(pattern, other);

/** One group of a tier's pool. */
export interface PoolGroup {
  readonly id: GroupId;
  readonly tier: string;
  readonly name: string;
  readonly owner: string;
  /** Null for a room that only the chat account knows. */
  readonly chatId: string | null;
  /** People in it, staff included. */
  readonly members: number;
  /** Members who are invited and have not joined yet. */
  readonly promised: number;
  readonly capacity: number;
  readonly active: boolean;
}

/** When operators are asked to prepare the next group: one of the two conditions is enough. */
export interface PoolPolicy {
  /** Every group of the pool is filled to this share (0 to 1). */
  readonly openNextAt: number;
  /** Fewer places than this are free in the whole pool. */
  readonly minFree: number;
}

/** A join way leads to five groups at most (contract §5.2, 41091). */
const GROUPS_PER_WAY = 5;

/**
 * The chat ids that a group's join code leads to: the group itself while it has room, then the others of its pool. Members
 * keep a code for weeks, so it must lead somewhere when its group is full or dismissed. If all are full, one is kept, because
 * WeCom accepts no empty list and opens the next group from it.
 */
export function chatsOfWay(own: PoolGroup, pool: readonly PoolGroup[]): string[] {
  const usable = pool.filter((group) => group.active && group.chatId !== null);
  const isOwn = (group: PoolGroup) => group.id === own.id;
  const inOrder = [...usable.filter(isOwn), ...usable.filter((group) => !isOwn(group)).sort((a, b) => a.id - b.id)];
  const roomy = inOrder.filter((group) => group.members < group.capacity);
  return (roomy.length > 0 ? roomy.slice(0, GROUPS_PER_WAY) : inOrder.slice(0, 1)).flatMap(
    ({ chatId }) => chatId ?? [],
  );
}

export type PoolNeed = 'none' | 'pool_low' | 'pool_full' | 'no_pool';

/** Whether a further group is needed. It is requested before the last one is full, because a person has to create it. */
export function needOf(pool: readonly PoolGroup[], policy: PoolPolicy): PoolNeed {
  const active = pool.filter((group) => group.active);
  if (active.length === 0) return 'no_pool';
  const taken = (group: PoolGroup) => group.members + group.promised;
  const free = active.reduce((sum, group) => sum + Math.max(0, group.capacity - taken(group)), 0);
  if (free === 0) return 'pool_full';
  const low = active.every((group) => taken(group) >= group.capacity * policy.openNextAt) || free < policy.minFree;
  return low ? 'pool_low' : 'none';
}

/**
 * Name of the next group: 会员群①, 会员群② → 会员群, 3. It follows the newest group of the pool, else the pattern. Null when no
 * name that ends with a number matches the pattern.
 */
export function nextGroupOf(
  tier: Pick<TierRules, 'groups' | 'roomBaseName'>,
  names: readonly string[],
): { readonly baseName: string; readonly number: number } | null {
  const number = Math.max(names.length, ...names.map((name) => numberAtEnd(name) ?? 0)) + 1;
  const alike = names.map(withoutNumber).filter((stem) => stem !== '' && fits(tier, stem));
  const baseName = tier.roomBaseName ?? alike.at(-1) ?? roomBaseName(tier);
  return baseName === null ? null : { baseName, number };
}

/** Base name for groups that WeCom opens by itself. It matches the pool's pattern and has at most 40 bytes (O-99547). */
export function roomBaseName({
  groups,
  roomBaseName: chosen,
}: Pick<TierRules, 'groups' | 'roomBaseName'>): string | null {
  const candidates =
    chosen === undefined
      ? groups.flatMap((pattern) => {
          const stem = pattern.split('*')[0]!;
          return stem === '' ? [] : [stem.endsWith('群') ? stem : `${stem}群`, stem];
        })
      : [chosen];
  return candidates.find((name) => fits({ groups }, name)) ?? null;
}

const fits = ({ groups }: Pick<TierRules, 'groups'>, baseName: string): boolean =>
  new TextEncoder().encode(baseName).length <= 40 && groups.some((pattern) => matches(pattern, `${baseName}1`));

const CIRCLED_ONE = '①'.codePointAt(0)!;

const withoutNumber = (name: string): string => (numberAtEnd(name) === null ? name : name.replace(/(\d{1,6}|.)$/u, ''));

function numberAtEnd(name: string): number | null {
  const digits = /(\d{1,6})$/.exec(name)?.[1];
  if (digits !== undefined) return Number(digits);
  const circled = (name.codePointAt(name.length - 1) ?? 0) - CIRCLED_ONE;
  return circled >= 0 && circled < 20 ? circled + 1 : null;
}

/** `会员群3`: the name that operators are asked to give the group. */
export const nextGroupName = (next: { readonly baseName: string; readonly number: number }): string =>
  `${next.baseName}${next.number}`;

/** The `state` of our own join codes. It identifies a pool's group, not an acquisition channel. At most 30 bytes (O-99547). */
export const joinStateOf = (tier: string, group: GroupId): string => {
  const tail = `-${group}`;
  return `qj-${cutToBytes(tier, 30 - 3 - tail.length)}${tail}`;
};
export const isJoinState = (state: string): boolean => /^qj-.*-\d+$/u.test(state);
