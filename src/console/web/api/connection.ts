import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

export interface Halted {
  readonly endpoint: string;
  readonly errcode: number;
  readonly code: string;
  readonly since: number;
  readonly advice: Label;
}
export interface Waiting {
  readonly endpoint: string;
  readonly calls: number;
  readonly until: number;
  readonly why: string;
}
export interface Usage {
  readonly endpoint: string;
  readonly lastMinute: number;
  readonly perMinute: number;
  readonly lastHour: number;
  readonly perHour: number;
  readonly total: number;
  readonly refused: number;
}
export interface Connected {
  readonly halted: readonly Halted[];
  readonly waiting: readonly Waiting[];
  readonly usage: readonly Usage[];
  readonly callbacks: {
    readonly lastAt: number | null;
    readonly taken: number;
    readonly refused: number;
    readonly stale: number;
    readonly unknown: number;
  };
  readonly comparing: { readonly since: number; readonly share: number; readonly at: Label } | null;
}
export interface Channel {
  readonly id: string;
  readonly label: Label;
  readonly ok: boolean;
  readonly detail: string;
  readonly connection: Connected | null;
}
export interface UnknownEvent {
  readonly name: string;
  readonly times: number;
  readonly lastAt: number;
}
export interface Check {
  readonly id: string;
  /** Null: the check was skipped because of an earlier result. */
  readonly ok: boolean | null;
  readonly title: Label;
  readonly found: Label;
  readonly remedy?: Label;
}
export interface CheckedUp {
  readonly at: number;
  readonly channels: readonly {
    readonly id: string;
    readonly label: Label;
    readonly checks: readonly Check[];
  }[];
}

const connectionKey = ['connection'] as const;

export const useConnection = () =>
  useQuery({
    queryKey: connectionKey,
    queryFn: ({ signal }) =>
      read<{ now: number; channels: readonly Channel[]; unknownEvents: readonly UnknownEvent[] }>(
        '/console/api/connection',
        undefined,
        signal,
      ),
    refetchInterval: 3_000,
  });

export function useCheckUp() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<CheckedUp>('POST', '/console/api/connection/checks', {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: connectionKey }),
  });
}
