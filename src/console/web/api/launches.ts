import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { read, write } from './request.js';

/** How far a text is opened that is launched under watch, and what became of what was let through. Times are epoch ms. */
export interface Launch {
  readonly template: string;
  readonly version: number;
  readonly stage: number;
  readonly gate:
    | { readonly kind: 'first'; readonly most: number }
    | { readonly kind: 'share'; readonly percent: number }
    | { readonly kind: 'open' };
  /** Percent; null: all go. */
  readonly next: number | null;
  readonly since: number | null;
  /** `figures`: good figures have opened the stage. */
  readonly openedBy: string | null;
  readonly opensAfterHours: number | null;
  readonly verdict: 'bad' | 'not_yet' | 'good';
  readonly waiting: number;
  readonly passed: number;
  readonly sent: number;
  readonly failed: number;
  readonly optedOut: number;
}

const pathOf = (template: string): string => `/api/v1/launches/${encodeURIComponent(template)}`;
const keyOf = (template: string) => ['launch', template] as const;
const UNDER_WAY_MS = 10_000;

export const useLaunch = (template: string, version: number, enabled: boolean) =>
  useQuery({
    queryKey: [...keyOf(template), version],
    queryFn: ({ signal }) => read<Launch>(pathOf(template), undefined, signal),
    refetchInterval: UNDER_WAY_MS,
    enabled,
  });

export function useOpenLaunch(template: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, stage }: Pick<Launch, 'version' | 'stage'>) =>
      write<Launch>('POST', `${pathOf(template)}/open`, { version, stage }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(template) }),
  });
}
