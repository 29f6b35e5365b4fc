import type { GroupId } from '../ids.js';
import type { Ruleset, TierRules } from '../ruleset.js';
import { cutToBytes } from '../cut-text.js';

/** The tier whose pool a group of this name belongs to; names are patterns in which `*` stands for anything. */
export function poolOf(name: string, ruleset: Ruleset): TierRules | null {
  return ruleset.tiers.find((tier) => tier.groups.some((pattern) => matches(pattern, name))) ?? null;
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(name);
}

/** Whether every name that fits the one pattern fits the other. A star can only be matched by a star. */
export const covers = (pattern: string, other: string): boolean => matches(pattern, other);

/** One group of a tier's pool as it stands. */
export interface PoolGroup {
  readonly id: GroupId;
  readonly tier: string;
  readonly name: string;
  readonly owner: string;
  /** Null for a room that only the chat account knows. */
  readonly chatId: string | null;
  /** People in it, staff included. */
  readonly members: number;
  /** Invited and not there yet. */
  readonly promised: number;
  readonly capacity: number;
  readonly active: boolean;
}

/** When the next group is to be made ready. */
export interface PoolPolicy {
  /** The share of its places (0 to 1) that the emptiest group may have given away. */
  readonly openNextAt: number;
  /** Or so few places are left in the whole pool. */
  readonly minFree: number;
}

/** A join way leads to five groups at most (contract §5.2, 41091). */
const GROUPS_PER_WAY = 5;

/**
 * Where the code of a group leads: to itself while there is room, then to the others of its pool. A code stays in members'
 * hands for weeks: when its group is full or gone it must still lead somewhere. Where all are full one remains, for WeCom
 * takes no empty list, and the next one is opened from it.
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

/** Whether a further group is needed: before the last one is full, because a person has to make it. */
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
 * 会员群①, 会员群② → 会员群, 3: called like the newest of the pool, or after the pattern where there is none. Null where no
 * name with a number at its end fits the pattern.
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

/** A group that WeCom opens by itself must be recognised as one of the pool. At most 40 bytes (O-99547). */
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

/** `会员群3`, as a person is asked to call it. */
export const nextGroupName = (next: { readonly baseName: string; readonly number: number }): string =>
  `${next.baseName}${next.number}`;

/** What our own join codes write on who came by them; it tells the pool, not a channel. At most 30 bytes (O-99547). */
export const joinStateOf = (tier: string, group: GroupId): string => {
  const tail = `-${group}`;
  return `qj-${cutToBytes(tier, 30 - 3 - tail.length)}${tail}`;
};
export const isJoinState = (state: string): boolean => /^qj-.*-\d+$/u.test(state);
