import { useQuery } from '@tanstack/react-query';
import type { Page } from './page.js';
import { read } from './request.js';

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
  readonly owner: string | null;
  readonly members: number;
  /** Customers who have ever written in the group. */
  readonly spoke?: number;
  readonly capacity: number | null;
  /** At the pace of the last 28 days; 0 when it is full, null when it does not fill. */
  readonly fullInDays: number | null;
  readonly status: string;
}

export const useGroups = () =>
  useQuery({
    queryKey: ['groups'],
    queryFn: async ({ signal }) => (await read<Page<Group>>('/api/v1/groups', { limit: 200 }, signal)).items,
    refetchInterval: 15_000,
  });

/** WeCom's statistics of one owner's groups on one day. */
export interface GroupStatDay {
  readonly owner: string;
  readonly day: string;
  readonly peopleNew: number;
  readonly peopleTotal: number;
  readonly messages: number;
}

export const useGroupStats = () =>
  useQuery({
    queryKey: ['group-stats'],
    queryFn: async ({ signal }) =>
      (await read<Page<GroupStatDay>>('/console/api/group-stats', { days: 30 }, signal)).items,
  });

/** The sum over all owners. */
export interface DayOfGroups {
  readonly day: string;
  readonly messages: number;
  readonly people: number;
  readonly joined: number;
}
