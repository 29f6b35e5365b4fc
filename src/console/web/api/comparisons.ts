import { useMutation, useQueryClient } from '@tanstack/react-query';
import { usePages } from './page.js';
import { write } from './request.js';

/** One time that all we hold was held against the corp. */
export interface Comparison {
  readonly id: number;
  readonly why: string;
  readonly state: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly contacts: number;
  readonly groups: number;
  readonly drift: number;
  readonly problem: string | null;
}
export interface Drift {
  readonly id: number;
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
}

const path = '/console/api/comparisons';

export const useComparisons = () => usePages<Comparison>(path, { limit: 10 }, 5_000);
export const useDrift = (run: number) => usePages<Drift>(`${path}/${run}`, { limit: 50 });

export function useCompare() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<unknown>('POST', path, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: [path] }),
  });
}
