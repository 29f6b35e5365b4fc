import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Move } from './moves.js';
import { usePages, type Page } from './page.js';
import { read, write } from './request.js';
import type { Because, MetricValue, TimelineEntry } from './timeline.js';

export interface MemberRow {
  readonly id: string | number;
  readonly name: string;
  readonly externalUserId: string | null;
  readonly tier: string | null;
  readonly tierSince: number | null;
  readonly stage: string | null;
  readonly tags: readonly string[];
  readonly lastSeenAt: number | null;
  readonly ordersTotal: number;
  readonly spendTotalCents: number;
  readonly messagesTotal: number;
  readonly isContact: boolean;
  readonly optedOut: boolean;
}

export interface TierCondition {
  readonly text: string;
  readonly holds: boolean;
  readonly values: readonly {
    readonly metric: string;
    readonly label: Label;
    readonly have: MetricValue;
    readonly need: string;
  }[];
}

export interface TierRule {
  readonly key: string;
  readonly label: Label;
  readonly holds: boolean;
  /** The tag or group that keeps this tier for the member, whatever its rule says. */
  readonly floor: Label | null;
  readonly rule: 'enter' | 'stay';
  readonly text: string;
  readonly conditions: readonly TierCondition[];
}

export interface TierCard {
  readonly current: string | null;
  readonly next: string | null;
  readonly graceUntil: number | null;
  readonly nearestWay: Label | null;
  readonly tiers: readonly TierRule[];
}

export interface MemberMetric {
  /** Its place on the page. */
  readonly section: Label;
  /** The count that it is one window of; `days` null: all time. */
  readonly family: { readonly label: Label; readonly days: number | null } | null;
  readonly name: string;
  readonly label: Label;
  readonly type: string;
  readonly unit: string | null;
  readonly value: MetricValue;
  /** Of a value that is a key: its label. */
  readonly words: Label | null;
}

export interface Member {
  readonly id: string | number;
  readonly name: string;
  readonly ids: {
    readonly externalUserId?: string | null;
    readonly unionid?: string | null;
    readonly chatContactId?: string | null;
    readonly phone?: string | null;
  };
  readonly tier: string | null;
  readonly tierSince: number | null;
  readonly tierLock: { readonly tier: string; readonly by: string } | null;
  readonly stage: string | null;
  readonly stageSince: number | null;
  readonly isContact: boolean;
  readonly optedOut: boolean;
  readonly joinedAt: number | null;
  readonly rfm: {
    readonly segment: string;
    readonly label: Label;
    readonly r: number | string;
    readonly f: number | string;
    readonly m: number | string;
  } | null;
  readonly argo: { readonly key: string; readonly label: Label } | null;
  readonly isKey: boolean;
  readonly kolLevel: number | null;
  readonly metrics: readonly MemberMetric[];
  readonly tags: readonly {
    readonly name: string;
    readonly group: string;
    readonly origin: 'rule' | 'staff';
    readonly since: number;
    readonly synced: boolean;
    readonly wecomName: string | null;
  }[];
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly tier: string | null;
    readonly joinedAt: number | null;
  }[];
  readonly openMove: Move | null;
  readonly preference: {
    readonly pace: 'all' | 'less';
    readonly quiet: { readonly fromMinute: number; readonly toMinute: number } | null;
  };
  /** Null when the member never wrote to customer service. */
  readonly service: {
    readonly wroteAt: number | null;
    readonly closesAt: number;
    readonly left: number;
    readonly servedBy: 'bot' | 'queue' | 'person' | 'nobody';
    readonly servicer: string | null;
    readonly refusal: Label | null;
  } | null;
  readonly budget: { readonly dayLeft: number; readonly monthLeft: number; readonly nextAllowedAt: number | null };
  readonly tierCard: TierCard;
}

export interface MemberFilter {
  readonly q?: string | undefined;
  readonly tier?: string | undefined;
  readonly stage?: string | undefined;
  readonly tag?: string | undefined;
  readonly segment?: string | undefined;
  readonly where?: string | undefined;
}

export const useMembers = (filter: MemberFilter) => usePages<MemberRow>('/api/v1/members', { ...filter });

/** The first few matching members, for a picker. */
export const useMemberSearch = (q: string) =>
  useQuery({
    queryKey: ['member-search', q],
    queryFn: async ({ signal }) => (await read<Page<MemberRow>>('/api/v1/members', { q, limit: 12 }, signal)).items,
    placeholderData: (before) => before,
  });

const memberKey = (id: string) => ['member', id] as const;

export const useMember = (id: string) =>
  useQuery({
    queryKey: memberKey(id),
    queryFn: ({ signal }) => read<Member>(`/api/v1/members/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: 15_000,
  });

/** Something that the member is or has now, and why. */
export interface Standing {
  readonly what: 'tier' | 'stage' | 'tag' | 'segment';
  readonly key: string;
  readonly label: Label;
  readonly since: number | null;
  readonly isByStaff: boolean;
  readonly because: Because | null;
}

export const useStanding = (id: string) =>
  useQuery({
    queryKey: [...memberKey(id), 'standing'],
    queryFn: async ({ signal }) =>
      (
        await read<{ readonly items: readonly Standing[] }>(
          `/api/v1/members/${encodeURIComponent(id)}/standing`,
          undefined,
          signal,
        )
      ).items,
    refetchInterval: 15_000,
  });

export const useWhy = (id: string) =>
  usePages<TimelineEntry>(`/api/v1/members/${encodeURIComponent(id)}/why`, {}, 15_000);

export function useTierLock(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (tier: string | null) =>
      write<unknown>('POST', `/api/v1/members/${encodeURIComponent(id)}/tier-lock`, { tier }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: memberKey(id) }),
        queries.invalidateQueries({ queryKey: [`/api/v1/members/${encodeURIComponent(id)}/why`] }),
      ]),
  });
}
