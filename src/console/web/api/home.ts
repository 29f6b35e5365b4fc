import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';
import type { TimelineEntry } from './timeline.js';

export interface WeekDay {
  readonly day: string;
  readonly done: number;
  readonly sent: number;
  readonly up: number;
  readonly down: number;
}

export interface Home {
  readonly now: number;
  readonly paused: boolean;
  readonly tiers: readonly { readonly key: string; readonly count: number }[];
  readonly stages: readonly { readonly key: string; readonly count: number }[];
  readonly members: { readonly total: number; readonly contacts: number; readonly optedOut: number };
  readonly today: {
    readonly facts: number;
    readonly moves: Readonly<Record<'planned' | 'invited' | 'joined' | 'done' | 'expired', number>>;
    readonly messages: Readonly<Record<'planned' | 'sent' | 'failed' | 'suppressed', number>>;
  };
  readonly week: readonly WeekDay[];
  readonly stuckMoves: number;
  readonly openTasks: number;
  readonly overdueTasks: number;
  readonly driftedThresholds: number;
  readonly setAside: number;
  readonly standing: readonly {
    readonly wheel: string;
    readonly label: Label;
    readonly minutes: number;
    readonly why: Label;
  }[];
  /** Other problems of the product itself. */
  readonly notices: readonly { readonly code: string; readonly label: Label; readonly hint: Label }[];
  readonly waiting: { readonly outbox: number; readonly facts: number; readonly dead: number };
  readonly channels: readonly {
    readonly id: string;
    readonly label: Label;
    readonly ok: boolean;
    readonly detail: string | Label;
  }[];
  readonly recent: readonly (TimelineEntry & { readonly memberId: string | number; readonly memberName: string })[];
}

export interface ProductMonth {
  readonly phase: { readonly key: string; readonly label: Label };
  readonly days: number;
  readonly effort: readonly {
    readonly kind: string;
    readonly label: Label;
    /** Percent. */
    readonly target: number;
    readonly count: number;
  }[];
  readonly goals: readonly {
    readonly key: 'rise' | 'active';
    readonly from: Label | null;
    readonly to: Label | null;
    readonly k: number;
    readonly n: number;
    /** Percent. */
    readonly target: number;
  }[];
}

/** A month changes slowly, and counting it reads much. */
const MONTH_EVERY_MS = 300_000;

export const useProductMonth = () =>
  useQuery({
    queryKey: ['product-month'],
    queryFn: ({ signal }) => read<ProductMonth>('/console/api/product-month', undefined, signal),
    refetchInterval: MONTH_EVERY_MS,
    staleTime: MONTH_EVERY_MS,
  });

const homeKey = ['home'] as const;

const EVERY_MS = 5_000;

export const useHome = (everyMs = EVERY_MS) =>
  useQuery({
    queryKey: homeKey,
    queryFn: ({ signal }) => read<Home>('/console/api/home', undefined, signal),
    refetchInterval: everyMs,
  });

export function usePause() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (paused: boolean) => write<{ paused: boolean }>('POST', '/console/api/pause', { paused }),
    onSuccess: () => queries.invalidateQueries({ queryKey: homeKey }),
  });
}
