import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

/** A welcome for newcomers of groups. `current`: WeCom has it as the rules say. */
export interface GroupWelcome {
  readonly key: string;
  readonly name: string;
  readonly content: {
    readonly text: string;
    readonly link: { readonly title: string; readonly url: string } | null;
  };
  readonly state: 'current' | 'changed' | 'new' | 'refused';
  readonly problemLabel: Label | null;
}

interface GroupWelcomes {
  /** False: the corp is not connected. */
  readonly canWrite: boolean;
  readonly items: readonly GroupWelcome[];
}

const path = '/console/api/group-welcomes';
const key = ['group-welcomes'] as const;

export const useGroupWelcomes = () =>
  useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<GroupWelcomes>(path, undefined, signal),
    refetchInterval: 10_000,
  });

export function useWriteGroupWelcomes() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<{ readonly requested: number }>('POST', `${path}/sync`, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
