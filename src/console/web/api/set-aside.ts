import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages } from './page.js';
import { write } from './request.js';

/** A row that was set aside so that the rest could go on. */
export interface SetAsideRow {
  readonly id: string;
  readonly source: string;
  readonly row: number;
  readonly label: Label;
  readonly at: number;
  readonly problemLabel: Label;
  readonly problem: string;
  readonly member: { readonly id: number; readonly name: string } | null;
  readonly canBeTriedAgain: boolean;
}

const path = '/console/api/set-aside';

export const useSetAside = () => usePages<SetAsideRow>(path, {}, 10_000);

export function useSetAsideAct(act: 'again' | 'dismiss') {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ source, row }: SetAsideRow) => write<{ done: true }>('POST', `${path}/${act}`, { source, row }),
    onSettled: () => queries.invalidateQueries({ queryKey: [path] }),
  });
}
