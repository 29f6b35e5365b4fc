import { useMutation, useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write } from './request.js';
import type { Because } from './timeline.js';

/** The result of a dry run: a template sent to its whole audience now. Nothing is sent. */
export interface Estimate {
  readonly found: number;
  /** True: every member was evaluated. Otherwise the figures are scaled up from a sample. */
  readonly exact: boolean;
  readonly looked: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly effort: {
    readonly calls: number;
    readonly takesMs: number;
    readonly taps: number;
    readonly staff: number;
    readonly byStaff: readonly { readonly staff: string; readonly taps: number; readonly receivers: number }[];
  };
  readonly launch: {
    readonly reached: number;
    readonly later: number;
    readonly channels: readonly { readonly channel: string; readonly count: number }[];
    readonly held: readonly { readonly code: string; readonly label: Label; readonly count: number }[];
    readonly audience: string;
    readonly oneByOne: boolean;
  };
}

export const useEstimate = (text: string, isAsked: boolean) =>
  useQuery({
    queryKey: ['estimate', text],
    queryFn: ({ signal }) => write<Estimate>('POST', '/api/v1/dry-runs', { campaign: { text } }, signal),
    enabled: isAsked,
    // The result belongs to the moment when the drawer was opened, so it is not refreshed.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

interface Flow {
  readonly from: string | null;
  readonly to: string;
  readonly n: number;
}

/** What rules would do if they came into force now, counted over all members. */
export interface RulesReport {
  readonly members: number;
  /** With those who stay: `from` equals `to`. */
  readonly flows: readonly Flow[];
  /** A grace period would begin. */
  readonly warned: readonly Flow[];
  readonly recovered: number;
  readonly prevented: { readonly dwell: number; readonly grace: number; readonly lock: number; readonly swing: number };
  readonly tagsOn: readonly TagCount[];
  readonly tagsOff: readonly TagCount[];
  readonly stages: readonly Flow[];
  readonly exact: boolean;
  readonly evaluated: number;
  readonly changed: number;
  readonly moves: { readonly up: number; readonly down: number };
  readonly messages: readonly { readonly template: string; readonly name: string; readonly n: number }[];
  readonly withheld: readonly { readonly code: string; readonly label: Label; readonly n: number }[];
  readonly calls: readonly { readonly api: string; readonly n: number; readonly takesMs: number }[];
  readonly takesMs: number;
  readonly taps: readonly { readonly staff: string; readonly taps: number; readonly receivers: number }[];
  readonly groups: readonly {
    readonly group: number;
    readonly name: string;
    readonly tier: string;
    readonly free: number;
    readonly coming: number;
  }[];
  readonly overflow: readonly {
    readonly tier: string;
    readonly free: number;
    readonly coming: number;
    readonly over: number;
  }[];
  readonly caps: { readonly monthlyReached: number };
  readonly samples: readonly DryRunSample[];
  readonly leftOut: number;
}

export interface DryRunSample {
  readonly member: { readonly id: number; readonly name: string };
  readonly outcome: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly because: Because | null;
}

interface TagCount {
  readonly tag: string;
  readonly group: string;
  readonly n: number;
}

export interface RulesDryRun {
  readonly id: number;
  readonly state: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly askedAt: number;
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly report: RulesReport | null;
}

const runPath = (id: number): string => `/api/v1/dry-runs/${id}`;

export const useStartRulesDryRun = () =>
  useMutation({
    mutationFn: (texts: Readonly<Record<string, string>>) => write<RulesDryRun>('POST', '/api/v1/dry-runs', { texts }),
  });

const PROGRESS_EVERY_MS = 700;

/** A dry run until it ends. */
export const useRulesDryRun = (started: RulesDryRun | undefined) =>
  useQuery({
    queryKey: ['dry-run', started?.id],
    queryFn: ({ signal }) => read<RulesDryRun>(runPath(started?.id ?? 0), undefined, signal),
    enabled: started !== undefined && isUnderWay(started),
    refetchInterval: ({ state }) => (state.data === undefined || isUnderWay(state.data) ? PROGRESS_EVERY_MS : false),
    refetchOnWindowFocus: false,
  });

export const isUnderWay = ({ state }: RulesDryRun): boolean => state === 'running' || state === 'waiting';

export const cancelDryRun = (id: number) => write<RulesDryRun>('DELETE', runPath(id), {});
