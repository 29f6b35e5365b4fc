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
  readonly kind: 'channel' | 'link';
  readonly name: string;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly priority?: readonly string[];
  readonly skipVerify: boolean;
}

/** A way by which people come. A figure is null where nobody counts it. */
export interface ChannelRow {
  readonly kind: 'code' | 'link' | 'kf' | 'source';
  readonly source: string;
  readonly name: string;
  readonly wayId: number | null;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  readonly address: string | null;
  readonly qr: string | null;
  readonly problemLabel: Label | null;
  readonly clicked30d: number | null;
  readonly added: number | null;
  readonly spoke: number | null;
  readonly lastAt: number | null;
}
interface Channels extends Page<ChannelRow> {
  /** What is left of the bought uses of acquisition links. */
  readonly quota: { readonly total: number; readonly balance: number; readonly readAt: number } | null;
}

const path = '/console/api/contact-ways';
const key = ['contact-ways'] as const;

/** The codes of members who invite others. The server filters, so that channels take none of the places. */
export const usePersonalCodes = () =>
  useQuery({
    queryKey: [...key, 'vip'],
    queryFn: async ({ signal }) => (await read<Page<ContactWay>>(path, { kind: 'vip', limit: 200 }, signal)).items,
    refetchInterval: 5_000,
  });

export const useChannels = () =>
  useQuery({
    queryKey: [...key, 'channels'],
    queryFn: ({ signal }) => read<Channels>('/console/api/channels', {}, signal),
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
