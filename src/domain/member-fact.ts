import type { StoredFact, FactKind, FactOf } from './fact.js';
import type { MemberId } from './ids.js';

/** A fact with the member it is about. */
export interface MemberFact {
  readonly fact: StoredFact;
  readonly member: MemberId;
}

export const ofKind = <K extends FactKind>(facts: readonly MemberFact[], kind: K) =>
  facts.filter((known): known is MemberFact & { fact: FactOf<K> & { id: number } } => known.fact.kind === kind);

/** The facts of one kind, of all members. */
export const factsOf = <K extends FactKind>(
  facts: readonly MemberFact[],
  kind: K,
): (FactOf<K> & { readonly id: number })[] => ofKind(facts, kind).map(({ fact }) => fact);
