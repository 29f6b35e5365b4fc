import type { Ruleset, TierRules } from '../ruleset.js';

/** The tier whose pool a group of this name belongs to; names are patterns in which `*` stands for anything. */
export function poolOf(name: string, ruleset: Ruleset): TierRules | null {
  return ruleset.tiers.find((tier) => tier.groups.some((pattern) => matches(pattern, name))) ?? null;
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(name);
}
