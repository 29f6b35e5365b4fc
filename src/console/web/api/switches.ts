import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

/** A switch of proactive sending: for all, or for one channel. */
export interface SendingSwitch {
  readonly name: string;
  readonly label: Label;
  readonly isOn: boolean;
  readonly waiting: number;
}

const path = '/api/v1/switches';
const switchesKey = ['switches'] as const;

export const useSwitches = () =>
  useQuery({
    queryKey: switchesKey,
    queryFn: ({ signal }) => read<{ readonly items: readonly SendingSwitch[] }>(path, undefined, signal),
    refetchInterval: 15_000,
  });

export function useTurnSwitch() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, isOn }: Pick<SendingSwitch, 'name' | 'isOn'>) =>
      write<unknown>('POST', `${path}/${name}`, { on: isOn }),
    onSettled: () => queries.invalidateQueries(),
  });
}
