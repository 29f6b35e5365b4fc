import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read, write } from './request.js';

/** A task in WeCom that waits for a tap. Times are epoch ms. */
export interface WaitingTask {
  readonly id: number;
  readonly what: readonly (string | Label)[];
  readonly receivers: number;
  readonly toGroups: boolean;
  readonly since: number;
  readonly remindedAt: number | null;
  /** It is being taken back already. */
  readonly cancelledFor: string | null;
  readonly cancelledForLabel: Label | null;
}

export interface WaitingStaff {
  readonly staff: string;
  readonly hasLeft: boolean;
  readonly receivers: number;
  readonly since: number;
  readonly toldToday: boolean;
  readonly tasks: readonly WaitingTask[];
}

const path = '/api/v1/waiting';
const listKey = ['waiting'] as const;

export const useWaiting = () =>
  useQuery({
    queryKey: listKey,
    queryFn: async ({ signal }) => (await read<Page<WaitingStaff>>(path, undefined, signal)).items,
    refetchInterval: 10_000,
  });

export interface Changed {
  readonly outcome: 'done' | 'already' | 'refused';
  readonly code: string;
  readonly label: Label;
}

export type Change =
  { readonly do: 'remind'; readonly staff: string } | { readonly do: 'hand-on' | 'cancel'; readonly task: number };

export function useChangeWaiting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) =>
      change.do === 'remind'
        ? write<Changed>('POST', `${path}/remind`, { staff: change.staff })
        : write<Changed>('POST', `${path}/${change.task}/${change.do}`, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: listKey }),
  });
}
