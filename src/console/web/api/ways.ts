import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read, write } from './request.js';

/** A QR code for new contacts: of a channel, or of one member who refers others. */
export interface ContactWay {
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly memberId: number | null;
  readonly qr: string | null;
  readonly problemLabel: Label | null;
  readonly contacts: number;
  readonly createdAt: number;
}
export interface NewContactWay {
  readonly name: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly skipVerify: boolean;
}

const path = '/console/api/contact-ways';
const key = ['contact-ways'] as const;

export const useContactWays = () =>
  useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await read<Page<ContactWay>>(path, { limit: 200 }, signal)).items,
    refetchInterval: 5_000,
  });

export function useOpenContactWay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (way: NewContactWay) => write<unknown>('POST', path, way),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useRetireContactWay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => write<unknown>('POST', `${path}/${id}/retire`, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** Created by the first request; later requests return the same one. */
export function useOpenMemberWay(member: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      write<{ readonly way: ContactWay }>('POST', `/console/api/members/${encodeURIComponent(member)}/contact-way`, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}
