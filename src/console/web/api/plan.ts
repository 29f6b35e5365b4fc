import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { read, write, type Problem } from './request.js';

/** In groups. */
export interface PostProgress {
  readonly ahead: number;
  readonly waiting: number;
  readonly sent: number;
  readonly unsent: readonly { readonly label: Label; readonly count: number }[];
}

export interface CalendarDay {
  /** `2026-03-05` */
  readonly day: string;
  readonly kind: 'workday' | 'weekend' | 'holiday' | 'make_up';
  readonly holiday: Label | null;
  readonly festivals: readonly Label[];
  readonly special: readonly Label[];
}

export interface PlanContent {
  readonly day: string;
  readonly time: string;
  readonly name: string;
  readonly text: string;
  readonly tiers: readonly string[];
  readonly groups: readonly string[];
  readonly exceptDays: readonly string[];
  readonly onFreeDay: 'move' | 'skip';
}

export interface PlanNode extends PlanContent {
  readonly id: number;
  readonly version: number;
  readonly state: 'planned' | 'posted' | 'skipped' | 'missed' | 'cancelled';
  readonly madeBy: string;
  /** The day on which it goes by the calendar; null when it is skipped. */
  readonly goesOn: string | null;
  readonly progress: PostProgress;
}

interface Named {
  readonly key: string;
  readonly label: Label;
}

export interface PlanMonth {
  readonly month: string;
  readonly today: string;
  readonly days: readonly CalendarDay[];
  readonly nodes: readonly PlanNode[];
  readonly texts: readonly {
    readonly day: string;
    readonly key: string;
    readonly name: string;
    readonly progress: PostProgress;
  }[];
  readonly ahead: readonly {
    readonly day: string;
    readonly key: string;
    readonly name: string;
    readonly count: number;
  }[];
  readonly rules: {
    readonly perDay: number;
    readonly perWeek: number;
    readonly sendBy: 'owner' | 'chat';
    readonly quiet: { readonly from: string; readonly to: string };
    readonly texts: readonly {
      readonly key: string;
      readonly name: string;
      readonly enabled: boolean;
      readonly words: Label;
    }[];
  };
  readonly options: {
    readonly tiers: readonly Named[];
    readonly groups: readonly { readonly id: string; readonly name: string }[];
    readonly days: readonly Named[];
    readonly variables: readonly { readonly name: string; readonly label: Label }[];
  };
}

export type PostToPreview = Pick<PlanContent, 'text' | 'tiers' | 'groups'>;

export interface PostPreview {
  readonly problems: readonly (Omit<Problem, 'message' | 'hint'> & { readonly message: Label; readonly hint: Label })[];
  readonly sample: { readonly group: string; readonly text: string } | null;
  readonly groups: number;
  readonly taps: number;
  readonly unreachable: readonly string[];
  /** Groups of which a figure in the text is not known. */
  readonly unfillable: readonly string[];
}

const path = '/console/api/plan';
const key = ['plan'] as const;

/** `month`: `2026-03`; undefined: the present one. */
export const usePlanMonth = (month: string | undefined) =>
  useQuery({
    queryKey: [...key, month ?? ''],
    queryFn: ({ signal }) => read<PlanMonth>(path, { month }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const usePostPreview = (post: PostToPreview) =>
  useQuery({
    queryKey: [...key, 'preview', post],
    queryFn: () => write<PostPreview>('POST', `${path}/preview`, post),
    enabled: post.text.trim() !== '',
    placeholderData: keepPreviousData,
  });

function usePlanMutation<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: key }) });
}

/** Adds a post, or replaces the one that was seen. */
export const useSavePost = (seen: PlanNode | null) =>
  usePlanMutation((content: PlanContent) =>
    seen === null
      ? write<{ readonly id: number }>('POST', `${path}/nodes`, content)
      : write<{ readonly id: number }>('PUT', `${path}/nodes/${seen.id}`, { ...content, base: seen.version }),
  );

export const useMovePost = () =>
  usePlanMutation(({ node, day }: { readonly node: PlanNode; readonly day: string }) =>
    write<unknown>('POST', `${path}/nodes/${node.id}/move`, { base: node.version, day }),
  );

export const useRemovePost = () =>
  usePlanMutation((node: PlanNode) =>
    write<{ readonly outcome: 'removed' | 'cancelled' }>(
      'DELETE',
      `${path}/nodes/${node.id}?base=${node.version}`,
      undefined,
    ),
  );

export const useCopyMonth = () =>
  usePlanMutation((month: string) => write<{ readonly copied: number }>('POST', `${path}/copy`, { month }));
