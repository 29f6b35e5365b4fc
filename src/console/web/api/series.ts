import { useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read } from './request.js';

export interface SeriesStep {
  readonly key: string;
  readonly words: Label;
  readonly when: Label;
  readonly onlyIf: Label | null;
  readonly template: string | null;
  readonly here: number;
  readonly reached: number;
  readonly passed: number;
}

export interface SeriesView {
  readonly key: string;
  readonly label: Label;
  readonly enabled: boolean;
  readonly enter: Label;
  readonly exit: Label | null;
  readonly entered: number;
  readonly inside: number;
  readonly ended: readonly { readonly end: string; readonly label: Label; readonly members: number }[];
  readonly steps: readonly SeriesStep[];
  readonly elsewhere: readonly { readonly step: string; readonly members: number }[];
}

export const useSeries = () =>
  useQuery({
    queryKey: ['series'],
    queryFn: async ({ signal }) => (await read<Page<SeriesView>>('/api/v1/series', undefined, signal)).items,
    refetchInterval: 30_000,
  });

/** Times are epoch ms. */
export interface SeriesMember {
  readonly id: number;
  readonly name: string;
  readonly since: number;
  readonly dueAt: number | null;
  readonly version: number;
}

export const useSeriesMembers = (place: { readonly series: string; readonly step: string } | null) =>
  useQuery({
    queryKey: ['series-members', place],
    queryFn: async ({ signal }) =>
      (
        await read<Page<SeriesMember>>(
          `/api/v1/series/${encodeURIComponent(place?.series ?? '')}/steps/${encodeURIComponent(place?.step ?? '')}/members`,
          undefined,
          signal,
        )
      ).items,
    enabled: place !== null,
  });

export interface MemberInSeries {
  readonly key: string;
  readonly label: Label;
  readonly enteredAt: number;
  readonly step: Label | null;
  readonly dueAt: number | null;
  readonly ended: Label | null;
  readonly endedAt: number | null;
}

export const useSeriesOfMember = (member: string) =>
  useQuery({
    queryKey: ['series-of', member],
    queryFn: async ({ signal }) =>
      (await read<Page<MemberInSeries>>(`/api/v1/members/${encodeURIComponent(member)}/series`, undefined, signal))
        .items,
  });
