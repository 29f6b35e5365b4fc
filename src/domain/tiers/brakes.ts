import type { TierVerdict } from './tier-policy.js';

/** When a run stops before its first effect and waits for a person. */
export interface BrakePolicy {
  /** More than this share of a tier's members would leave it, in percent. */
  readonly movedPercent: number;
  /** Fewer people than this may always move. */
  readonly movedAtLeast: number;
  /** More people than this would be written to. */
  readonly writtenTo: number;
}

export const defaultBrakes: BrakePolicy = { movedPercent: 20, movedAtLeast: 20, writtenTo: 500 };

/** What a run would do. */
export interface RunFigures {
  readonly moves: readonly { readonly from: string; readonly to: string; readonly n: number }[];
  /** Members of each tier before the run. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly writtenTo: number;
}

export type BrakeReason =
  | { readonly kind: 'moved'; readonly tier: string; readonly n: number; readonly of: number }
  | { readonly kind: 'written'; readonly n: number };

/** Why the run must wait; empty when it may go on. */
export function brakeReasons({ moves, sizes, writtenTo }: RunFigures, policy: BrakePolicy): BrakeReason[] {
  const leaving = new Map<string, number>();
  for (const { from, n } of moves) leaving.set(from, (leaving.get(from) ?? 0) + n);
  const moved = [...leaving].flatMap(([tier, n]): BrakeReason[] => {
    const of = Math.max(n, sizes.get(tier) ?? 0);
    return n >= policy.movedAtLeast && n * 100 > of * policy.movedPercent ? [{ kind: 'moved', tier, n, of }] : [];
  });
  return writtenTo > policy.writtenTo ? [...moved, { kind: 'written', n: writtenTo }] : moved;
}

/** A move that the rules alone decide. Brakes concern neither the first tier of a new member nor a lock by staff. */
export const isMoveByRules = ({ verdict }: { readonly verdict: TierVerdict }): boolean =>
  verdict.kind === 'entered' && (verdict.direction === 'up' || verdict.direction === 'down');
