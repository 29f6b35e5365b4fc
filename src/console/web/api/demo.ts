import { useQuery } from '@tanstack/react-query';
import { read } from './request.js';
import { useSessionQuery } from './session.js';

export interface DemoYear {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly percent: number;
  readonly figures: Readonly<Record<'members' | 'promotions' | 'moves' | 'messages', number>>;
}

export interface Demo {
  /** The sandbox's page. */
  readonly sandboxUrl: string | null;
  /** Null after the year. */
  readonly year: DemoYear | null;
  readonly hasEditedText: boolean;
}

export const demoKey = ['demo'] as const;
const YEAR_MS = 1_000;
const AFTERWARDS_MS = 30_000;

/** The demo year. Polled every second while it is played, never for a live corp. */
export function useDemo(): Demo | undefined {
  const mode = useSessionQuery().data?.corp.mode;
  const demo = useQuery({
    queryKey: demoKey,
    queryFn: ({ signal }) => read<Demo>('/console/api/demo', undefined, signal),
    enabled: mode === 'sandbox',
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.year ? YEAR_MS : AFTERWARDS_MS),
  });
  return demo.data;
}
