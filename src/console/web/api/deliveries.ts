import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { HistoryStep } from './moves.js';
import { usePages } from './page.js';
import { write } from './request.js';
import type { Because } from './timeline.js';
import type { Changed } from './waiting.js';

export const deliveryStates = [
  'planned',
  'sending',
  'waiting',
  'sent',
  'failed',
  'suppressed',
  'cancelled',
  'dead',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface Delivery {
  readonly id: string | number;
  readonly memberId: string | number | null;
  readonly memberName: string | null;
  readonly campaign: string | null;
  readonly campaignLabel: string | Label | null;
  readonly channel: string | null;
  readonly state: DeliveryState;
  readonly reasonCode: string | null;
  readonly reasonLabel: string | Label | null;
  readonly text: string | Label | null;
  readonly attachments?: readonly { readonly kind: string; readonly title: string; readonly url: string }[];
  readonly because?: Because | null;
  readonly plannedAt: number;
  readonly notBefore: number | null;
  readonly settledAt: number | null;
  readonly attempts: number;
  /** Clicks on its own links; null when it has none. */
  readonly clicks: number | null;
  readonly history: readonly HistoryStep[];
}

export interface DeliveryFilter {
  readonly state?: string | undefined;
  readonly template?: string | undefined;
  readonly member?: string | undefined;
}

export const useDeliveries = (filter: DeliveryFilter) =>
  usePages<Delivery>('/api/v1/deliveries', { ...filter }, 10_000);

/** `pastCaps`: why a message goes although the caps do not allow it. */
export type DeliveryChange =
  { readonly do: 'cancel' | 'send-now' } | { readonly do: 'retry'; readonly pastCaps?: string | undefined };

export function useChangeDelivery(id: Delivery['id']) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ do: what, ...body }: DeliveryChange) =>
      write<Changed>('POST', `/api/v1/deliveries/${id}/${what}`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/api/v1/deliveries'] }),
  });
}
