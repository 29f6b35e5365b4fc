import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { read, write } from './request.js';

export type Outcome = 'return' | 'order' | 'click' | 'reply' | 'opt_out';
/** In the order in which they are shown. */
export const outcomes: readonly Outcome[] = ['return', 'order', 'click', 'reply', 'opt_out'];

export interface Count {
  readonly k: number;
  readonly n: number;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

export type Verdict =
  | { readonly kind: 'not_enough_people'; readonly missing: number }
  | { readonly kind: 'no_difference_seen' }
  | { readonly kind: 'difference'; readonly sign: 1 | -1 };

export interface Look extends Interval {
  /** Days since the start of the comparison. */
  readonly day: number;
  readonly difference: number;
}

export interface Beside {
  readonly outcome: Outcome;
  readonly one: Count;
  readonly other: Count;
  readonly difference: number | null;
  readonly interval: Interval | null;
}

export interface Comparison {
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly verdict: Verdict;
  readonly daysLeft: number | null;
  readonly looks: readonly Look[];
  readonly beside: readonly Beside[];
}

export interface Lift extends Comparison {
  readonly toSend: Count;
  readonly heldOut: Count;
  readonly lookedOn: number | null;
  readonly visible: number | null;
}

export interface VariantComparison extends Comparison {
  readonly one: string;
  readonly other: string;
  readonly counts: { readonly one: Count; readonly other: Count };
  readonly atPlannedSize: Interval | null;
}

type OutcomeCounts = Readonly<Record<Outcome, Count>>;

export interface Plan {
  readonly baseRate: number;
  readonly difference: number;
  readonly sizes: { readonly perVariant: number; readonly toSend: number; readonly heldOut: number };
  readonly madeBy: string | null;
  readonly madeAt: number | null;
}

interface Measured {
  readonly goal: Outcome;
  readonly withinDays: number;
  readonly windows: Readonly<Record<Outcome, number>>;
  readonly from: number;
  readonly daysSoFar: number;
  readonly plan: Plan;
  readonly lift: Lift | null;
}

export interface Period {
  readonly from: number;
  readonly until: number | null;
  readonly versions: readonly number[];
  readonly holdoutPercent: number;
  readonly variants: readonly string[];
}

export interface Results extends Measured {
  readonly key: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly periods: readonly Period[];
  readonly period: number;
  readonly arms: readonly {
    readonly arm: string;
    readonly variant: string | null;
    readonly due: number;
    readonly outcomes: OutcomeCounts;
  }[];
  readonly variants: readonly VariantComparison[];
  readonly sent: readonly {
    readonly version: number;
    readonly variant: string;
    readonly sent: number;
    readonly outcomes: OutcomeCounts;
  }[];
}

export type GlobalResults =
  { readonly percent: number; readonly from: null; readonly lift: null } | (Measured & { readonly percent: number });

const path = '/console/api/results';
const listKey = ['results'] as const;
const pathOf = (key: string): string => `${path}/${encodeURIComponent(key)}`;

export const useResultsList = () =>
  useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) =>
      read<{ readonly items: readonly Results[]; readonly global: GlobalResults }>(path, undefined, signal),
  });

/** `period`: 0 is the present one. */
export const useResults = (key: string, period: number) =>
  useQuery({
    queryKey: [...listKey, key, period],
    queryFn: ({ signal }) => read<Results>(pathOf(key), { period }, signal),
  });

interface Question {
  /** In percent. */
  readonly baseRate: number;
  readonly difference: number;
}

export interface PlanAnswer {
  readonly sizes: Plan['sizes'];
  readonly perDay: number;
}

/** How many people a comparison needs; nothing is stored. */
export const usePlanAnswer = (key: string, question: Question | null) =>
  useQuery({
    queryKey: ['plan', key, question],
    queryFn: ({ signal }) => write<PlanAnswer>('POST', `${pathOf(key)}/plan`, question, signal),
    enabled: question !== null,
    placeholderData: (before) => before,
  });

export function useStorePlan(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (question: Question) => write<PlanAnswer>('POST', `${pathOf(key)}/plan`, { ...question, store: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: listKey }),
  });
}

export function useStopVariant(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (stop: { readonly variant: string; readonly baseVersion: number }) =>
      write<{ readonly version: number }>('POST', `${pathOf(key)}/stop-variant`, stop),
    onSettled: () => queries.invalidateQueries(),
  });
}
