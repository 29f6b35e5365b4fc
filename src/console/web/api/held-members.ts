import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages } from './page.js';
import { write } from './request.js';
import type { Because } from './timeline.js';

interface TierName {
  readonly key: string | null;
  readonly label: Label;
}

/** A member who swings between tiers and is held in one. */
export interface HeldMember {
  readonly member: { readonly id: number; readonly name: string };
  readonly tier: TierName;
  /** Where the rules want them. */
  readonly to: TierName;
  readonly until: number;
  readonly because: Because | null;
}

const path = '/api/v1/held-members';

export const useHeldMembers = () => usePages<HeldMember>(path, {}, 30_000);

export function useReleaseMember() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => write<unknown>('POST', `${path}/${id}/release`, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: [path] }),
  });
}
