import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

interface TierName {
  readonly key: string;
  readonly label: Label;
}

/** A run that stopped before its first effect. */
export interface Brake {
  readonly id: number;
  readonly state: 'waiting' | 'allowed' | 'refused' | 'done' | 'dropped';
  readonly ruleset: number;
  readonly openedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly writtenTo: number;
  readonly moves: readonly { readonly from: TierName; readonly to: TierName; readonly n: number }[];
  readonly reasons: readonly {
    readonly kind: 'moved' | 'written';
    readonly tier: TierName | null;
    readonly n: number;
    readonly of: number | null;
  }[];
  readonly restores: readonly { readonly document: string; readonly label: Label; readonly version: number }[];
}

const path = '/api/v1/brakes';
const brakesKey = ['brakes'] as const;

export const useBrakes = () =>
  useQuery({
    queryKey: brakesKey,
    queryFn: ({ signal }) => read<{ readonly items: readonly Brake[] }>(path, { limit: 10 }, signal),
    refetchInterval: 10_000,
  });

export function useAnswerBrake() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, answer }: { readonly id: number; readonly answer: 'yes' | 'no' }) =>
      write<{ readonly words: string }>('POST', `${path}/${id}/answer`, { answer }),
    onSettled: () => queries.invalidateQueries({ queryKey: brakesKey }),
  });
}

export function useRestoreRules() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => write<unknown>('POST', `${path}/${id}/restore`, {}),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: brakesKey }),
        queries.invalidateQueries({ queryKey: ['rules'] }),
      ]),
  });
}
