import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read, write } from './request.js';

export interface BroadcastMessages {
  readonly state: string;
  readonly reason: string | null;
  readonly label: Label | null;
  readonly n: number;
}

/** One sending of a text to its whole audience. Times are epoch ms. */
export interface Broadcast {
  readonly id: number;
  readonly template: string;
  /** `planned`: each member has a message, or the reason for none. */
  readonly state: 'planning' | 'planned' | 'cancelled';
  readonly people: number;
  readonly version: number | null;
  readonly startedBy: string;
  readonly startedAt: number;
  readonly startsAt: number;
  readonly pausedFor: 'person' | 'other_audience' | 'other_text' | null;
  readonly endedAt: number | null;
  readonly messages: readonly BroadcastMessages[];
}

const path = '/api/v1/broadcasts';
const listKey = ['broadcasts'] as const;
const UNDER_WAY_MS = 2_000;
const AT_REST_MS = 30_000;

const onTheWay: ReadonlySet<string> = new Set(['planned', 'sending', 'waiting']);
const countOf = (messages: readonly BroadcastMessages[], is: (state: string) => boolean): number =>
  messages.reduce((sum, { state, n }) => sum + (is(state) ? n : 0), 0);

/** How far a broadcast is: every person is in exactly one of these. */
export interface Progress {
  readonly sent: number;
  /** Planned, on its way, or waiting for a tap. */
  readonly ahead: number;
  /** No message, or none that arrived; with a reason each. */
  readonly held: number;
  /** Not planned yet. */
  readonly notYet: number;
}

export function progressOf({ people, state, messages }: Broadcast): Progress {
  const [sent, ahead] = [countOf(messages, (one) => one === 'sent'), countOf(messages, (one) => onTheWay.has(one))];
  const planned = countOf(messages, () => true);
  return {
    ...{ sent, ahead, held: planned - sent - ahead },
    notYet: state === 'planning' ? Math.max(0, people - planned) : 0,
  };
}

/** Whether anything of it may still change by itself or be stopped. */
export const isUnderWay = (broadcast: Broadcast): boolean =>
  broadcast.state === 'planning' || (broadcast.state === 'planned' && progressOf(broadcast).ahead > 0);

/** The newest first, of all texts or of one. While one is under way its figures are read every two seconds. */
export const useBroadcasts = (template?: string) =>
  useQuery({
    queryKey: [...listKey, template ?? null],
    queryFn: async ({ signal }) =>
      (await read<Page<Broadcast>>(path, template ? { template } : undefined, signal)).items,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? UNDER_WAY_MS : AT_REST_MS),
  });

/** What a person has looked at. */
export interface Seen {
  readonly people: number;
  readonly version: number;
}

export function useStartBroadcast() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (started: Seen & { readonly template: string; readonly startsAt?: string | undefined }) =>
      write<{ readonly id: number; readonly people: number }>('POST', path, started),
    onSettled: () => queries.invalidateQueries({ queryKey: listKey }),
  });
}

export function useControlBroadcast() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({
      id,
      to,
      ...body
    }: {
      readonly id: number;
      readonly to: 'pause' | 'resume' | 'cancel';
      readonly seen?: Seen;
    }) => write<Broadcast>('POST', `${path}/${id}/${to}`, body),
    // Cancelling one switches its template off.
    onSettled: () => queries.invalidateQueries(),
  });
}
