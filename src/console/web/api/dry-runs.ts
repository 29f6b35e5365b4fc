import { useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import { write } from './request.js';

/** The result of a dry run: a template sent to its whole audience now. Nothing is sent. */
export interface Estimate {
  readonly found: number;
  /** True: every member was evaluated. Otherwise the figures are scaled up from a sample. */
  readonly exact: boolean;
  readonly looked: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly effort: {
    readonly calls: number;
    readonly takesMs: number;
    readonly taps: number;
    readonly staff: number;
    readonly byStaff: readonly { readonly staff: string; readonly taps: number; readonly receivers: number }[];
  };
  readonly launch: {
    readonly reached: number;
    readonly later: number;
    readonly channels: readonly { readonly channel: string; readonly count: number }[];
    readonly held: readonly { readonly code: string; readonly label: Label; readonly count: number }[];
    readonly audience: string;
    readonly oneByOne: boolean;
  };
}

export const useEstimate = (text: string, isAsked: boolean) =>
  useQuery({
    queryKey: ['estimate', text],
    queryFn: ({ signal }) => write<Estimate>('POST', '/api/v1/dry-runs', { campaign: { text } }, signal),
    enabled: isAsked,
    // The result belongs to the moment when the drawer was opened, so it is not refreshed.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
