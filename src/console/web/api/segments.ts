import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';

export interface Segment {
  readonly key: string;
  readonly label: Label;
  readonly when: string;
  readonly words: Label;
  readonly partition: string | null;
  readonly count: number;
}

export interface Segments {
  /** All members, in a segment or not. */
  readonly members: number;
  readonly items: readonly Segment[];
}

const path = '/api/v1/segments';
const segmentsKey = ['segments'] as const;

/** Counted whenever it is asked for. */
export const useSegments = () =>
  useQuery({ queryKey: segmentsKey, queryFn: ({ signal }) => read<Segments>(path, undefined, signal) });

export interface NewSegment {
  readonly key: string;
  readonly label: { readonly zh: string; readonly en: string };
  readonly when: string;
  readonly note: string;
}

export function useAddSegment() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (segment: NewSegment) => write<unknown>('POST', path, segment),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: segmentsKey }),
        queries.invalidateQueries({ queryKey: ['rules'] }),
      ]),
  });
}
