import { useMutation, useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly n: number;
}

/** What rules would have done over the last days. Days count from 1970-01-01. */
export interface ReplayReport {
  readonly from: number;
  readonly to: number;
  readonly members: number;
  readonly replayed: number;
  readonly days: readonly {
    readonly day: number;
    readonly up: number;
    readonly down: number;
    readonly held: number;
    readonly messages: number;
    readonly capped: number;
    readonly really: { readonly up: number; readonly down: number };
  }[];
  readonly atStart: readonly Flow[];
  readonly flows: readonly Flow[];
  readonly swinging: {
    readonly n: number;
    readonly items: readonly {
      readonly member: { readonly id: number; readonly name: string };
      readonly changes: readonly { readonly day: number; readonly from: string; readonly to: string }[];
      readonly heldOn: number | null;
    }[];
  };
  readonly caps: readonly { readonly code: string; readonly label: Label; readonly n: number }[];
}

export interface Replay {
  readonly id: number;
  readonly state: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly report: ReplayReport | null;
}

const path = '/api/v1/replays';
const PROGRESS_EVERY_MS = 1_000;

export const useStartReplay = () =>
  useMutation({
    mutationFn: (texts: Readonly<Record<string, string>>) => write<Replay>('POST', path, { texts }),
  });

/** A replay until it ends. */
export const useReplay = (started: Replay | undefined) =>
  useQuery({
    queryKey: ['replay', started?.id],
    queryFn: ({ signal }) => read<Replay>(`${path}/${started?.id ?? 0}`, undefined, signal),
    enabled: started !== undefined && isRunning(started),
    refetchInterval: ({ state }) => (state.data === undefined || isRunning(state.data) ? PROGRESS_EVERY_MS : false),
    refetchOnWindowFocus: false,
  });

export const isRunning = ({ state }: Replay): boolean => state === 'running';

export const cancelReplay = (id: number) => write<Replay>('DELETE', `${path}/${id}`, {});
