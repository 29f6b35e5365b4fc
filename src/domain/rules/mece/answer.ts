import type { MetricValue } from '../../metrics/index.js';
import type { CompiledRule } from '../compile-rule.js';

export interface KeyedRule {
  readonly key: string;
  readonly rule: CompiledRule;
}

/** A member who might exist: every metric that a rule reads, and which of the tags they hold. */
export interface MadeUpMember {
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly tags: readonly string[];
}

export interface Gap {
  readonly example: MadeUpMember;
  /** Whether a member that no rule covers belongs to this region. */
  readonly includes: (member: MadeUpMember) => boolean;
}

export interface Mece {
  /** One for each connected region that no rule covers. Null ("never", "unknown") is a region of its own. */
  readonly gaps: readonly Gap[];
  /** Pairs of rules that can hold together. Empty for ordered rules, where the first that holds wins. */
  readonly overlaps: readonly { readonly keys: readonly [string, string]; readonly example: MadeUpMember }[];
  /** Ordered rules that hold for some, but are the first for nobody. */
  readonly unreachable: readonly string[];
  /** Rules that hold for nobody. */
  readonly never: readonly string[];
  /** False when examples were searched for, because a rule calculates or the rules are too many: then there may be more. */
  readonly isExact: boolean;
}
