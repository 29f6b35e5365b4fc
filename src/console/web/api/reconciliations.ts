import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages, type Page } from './page.js';
import { read, write } from './request.js';
import type { TimelineEntry } from './timeline.js';

/** One reconciliation of our data with the corp's. */
export interface Reconciliation {
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
  readonly title: Label;
  readonly about:
    | { readonly is: 'member'; readonly id: number; readonly name: string }
    | { readonly is: 'group'; readonly name: string }
    | { readonly is: 'library' }
    | { readonly is: 'unknown' };
  readonly repair: 'taken' | 'waiting' | 'set_aside';
  /** The decisions about the member right after it. */
  readonly followed: readonly TimelineEntry[];
}
export const driftKinds = ['contact', 'pair', 'tag', 'library', 'group'] as const;

const path = '/console/api/comparisons';
const pathOf = (run: string) => `${path}/${encodeURIComponent(run)}`;

export const useReconciliations = () => usePages<Reconciliation>(path, { limit: 10 }, 5_000);

export const useReconciliation = (run: string) =>
  useQuery({
    queryKey: ['reconciliation', run],
    queryFn: async ({ signal }) =>
      (await read<Page<Drift> & { readonly run: Reconciliation }>(pathOf(run), { limit: 1 }, signal)).run,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 5_000 : false),
  });

export const useDrift = (run: string, filters: Readonly<Partial<Record<'kind' | 'member', string>>>) =>
  usePages<Drift>(pathOf(run), { limit: 50, kind: filters.kind, member: filters.member });

export function useStartReconciliation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<unknown>('POST', path, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: [path] }),
  });
}
