import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages, type Page, type Pages } from './page.js';
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
  readonly kind: 'code' | 'link' | 'kf' | 'members' | 'source' | 'others';
  readonly source: string;
  readonly name: string;
  /** How many codes or sources the row sums up. */
  readonly sums: number | null;
  readonly wayId: number | null;
  readonly retired: boolean;
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
/** What is left of the bought uses of acquisition links; null where WeCom does not say it. */
export interface Quota {
  readonly total: number | null;
  readonly balance: number | null;
  readonly expires: { readonly at: number; readonly count: number } | null;
  readonly readAt: number;
}
interface Channels extends Page<ChannelRow> {
  readonly quota: Quota | null;
}

const path = '/console/api/contact-ways';
/** The lists that change with a contact way. `usePages` names its list by the path. */
const keys = [['contact-ways'], [path]] as const;
const PERSONAL_CODES_PER_PAGE = 60;

/** The codes of members who invite others. The server filters, so that channels take none of the places. */
export const usePersonalCodes = (): Pages<ContactWay> =>
  usePages<ContactWay>(path, { kind: 'vip', limit: PERSONAL_CODES_PER_PAGE }, 5_000);

export const useChannels = () =>
  useQuery({
    queryKey: [...keys[0], 'channels'],
    queryFn: ({ signal }) => read<Channels>('/console/api/channels', {}, signal),
    refetchInterval: 5_000,
  });

const changed = (queries: QueryClient): Promise<unknown> =>
  Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));

export function useOpenContactWay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (way: NewContactWay) => write<unknown>('POST', path, way),
    onSuccess: () => changed(queries),
  });
}

export function useRetireContactWay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => write<unknown>('POST', `${path}/${id}/retire`, {}),
    onSuccess: () => changed(queries),
  });
}

/** Created by the first request; later requests return the same one. */
export function useOpenMemberWay(member: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      write<{ readonly way: ContactWay }>('POST', `/console/api/members/${encodeURIComponent(member)}/contact-way`, {}),
    onSuccess: () => changed(queries),
  });
}
