import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages } from './page.js';
import { read, write } from './request.js';

export const places = ['right', 'wrong', 'two', 'none'] as const;
export type Place = (typeof places)[number];

/** What can be done for many members at once. */
export type PlacingAction = 'invite' | 'remind_owner' | 'remind_staff' | 'ask_group' | 'approve';

export type TierPlaces = Readonly<Record<Place, number>> & { readonly tier: string };

export interface PlacementCause {
  readonly code: string;
  readonly label: Label;
  readonly hint: Label;
  readonly action: PlacingAction | null;
  readonly count: number;
}

export interface Placement {
  readonly tiers: readonly (TierPlaces & { readonly free: number; readonly fullInDays: number | null })[];
  readonly causes: readonly PlacementCause[];
  readonly trend: readonly (TierPlaces & { readonly day: string })[];
}

export interface MisplacedMember {
  readonly memberId: number;
  readonly memberName: string;
  readonly tier: string;
  readonly place: Place;
  readonly cause: string;
  readonly causeLabel: Label;
  readonly since: number | null;
  readonly groups: readonly { readonly id: string; readonly name: string; readonly tier: string }[];
  readonly move: number | null;
}

export interface PlacingOutcome {
  readonly memberId: number;
  readonly outcome: 'done' | 'already' | 'refused';
  readonly code: string;
  readonly label: Label;
}

const path = '/api/v1/placement';

export const usePlacement = () =>
  useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => read<Placement>(path, undefined, signal),
    refetchInterval: 20_000,
  });

export const useMisplaced = (filter: Readonly<Partial<Record<'tier' | 'place' | 'cause', string>>>) =>
  usePages<MisplacedMember>(`${path}/members`, { ...filter }, 20_000);

/** Answers for each member what happened. */
export function usePlaceMembers() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (asked: { readonly action: PlacingAction; readonly members: readonly number[] }) =>
      (await write<{ readonly items: readonly PlacingOutcome[] }>('POST', `${path}/actions`, asked)).items,
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: [path] });
      await queries.invalidateQueries({ queryKey: [`${path}/members`] });
      await queries.invalidateQueries({ queryKey: ['/api/v1/moves'] });
    },
  });
}
