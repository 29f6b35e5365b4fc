import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read, write, type Problem } from './request.js';
import type { MetricValue } from './timeline.js';

export interface RuleVersionInfo {
  readonly version: number;
  readonly savedAt: number;
  readonly savedBy: string;
  readonly note: string;
}

export interface RuleDocumentRow extends RuleVersionInfo {
  readonly document: string;
  readonly label: Label;
  readonly draft: { readonly baseVersion: number; readonly savedAt: number; readonly savedBy: string } | null;
  readonly differsFromFile: boolean;
}

export interface RuleDocument extends RuleDocumentRow {
  readonly text: string;
  readonly draftText: string | null;
  readonly versions: readonly RuleVersionInfo[];
}

export interface RulesProblem extends Problem {
  /** Null for a mistake that lies in a template. */
  readonly document: string | null;
  readonly template?: string;
}

export type BlockValue = number | string;

export interface BlockGroup {
  readonly join: 'all' | 'any';
  readonly not: boolean;
  readonly parts: readonly (BlockGroup | BlockTest)[];
}

export interface BlockTest {
  readonly op: string;
  readonly metric?: string;
  readonly tag?: string;
  readonly value?: BlockValue;
  readonly other?: string;
  readonly list?: readonly BlockValue[];
}

export type ConditionView =
  | {
      readonly ok: true;
      readonly text: string;
      readonly metrics: readonly string[];
      readonly words: Label;
      readonly blocks: BlockGroup | null;
      readonly textOnly: Label | null;
    }
  | { readonly ok: false; readonly text: string; readonly problems: readonly Problem[] };

const listKey = ['rules'] as const;
const documentKey = (name: string) => ['rules', name] as const;
const pathOf = (name: string): string => `/api/v1/rules/${encodeURIComponent(name)}`;

export const useRuleDocuments = () =>
  useQuery({
    queryKey: listKey,
    queryFn: async ({ signal }) => (await read<Page<RuleDocumentRow>>('/api/v1/rules', undefined, signal)).items,
  });

export const useRuleDocument = (name: string) =>
  useQuery({
    queryKey: documentKey(name),
    queryFn: () => read<RuleDocument>(pathOf(name)),
    refetchOnWindowFocus: false,
  });

/** A published version never changes, so it is cached for ever. */
export const useRuleVersion = (name: string, version: number | null) =>
  useQuery({
    queryKey: ['rule-version', name, version],
    queryFn: () => read<RuleVersionInfo & { readonly text: string }>(`${pathOf(name)}/versions/${version}`),
    enabled: version !== null && version > 0,
    staleTime: Infinity,
  });

export interface RulesCompiled {
  readonly ok: boolean;
  readonly problems: readonly RulesProblem[];
}

export const useCompile = (document: string, text: string) =>
  useQuery({
    queryKey: ['rules-compile', document, text],
    queryFn: ({ signal }) =>
      write<RulesCompiled>('POST', '/api/v1/rules/compile', { texts: { [document]: text } }, signal),
    staleTime: 10_000,
    // The last result stays until the next one arrives, so that the list does not flicker while somebody types.
    placeholderData: (before) => before,
  });

/** Conditions in words and as blocks, by their text. */
export const useConditions = (texts: readonly string[]) =>
  useQuery({
    queryKey: ['conditions', ...texts],
    queryFn: async ({ signal }) => {
      const { items } = await write<Page<ConditionView>>('POST', '/api/v1/rules/conditions', { texts }, signal);
      return new Map(items.map((item) => [item.text, item]));
    },
    enabled: texts.length > 0,
    staleTime: 60_000,
    placeholderData: (before) => before,
  });

export const useConditionCheck = (asked: { readonly text: string } | { readonly blocks: BlockGroup } | null) =>
  useQuery({
    queryKey: ['condition-check', asked],
    queryFn: ({ signal }) => write<ConditionView>('POST', '/api/v1/rules/check', asked, signal),
    enabled: asked !== null,
    staleTime: 60_000,
    placeholderData: (before) => before,
  });

export interface Publication {
  readonly text: string;
  readonly note: string;
  readonly base: number;
  /** What a person has said yes to. */
  readonly accept: readonly ('gaps' | 'overlaps')[];
  readonly series?: SeriesChoices | undefined;
}

export const seriesChoices = ['keep', 'move_on', 'end'] as const;

/** What happens to the members of each edited series, by its key. */
export type SeriesChoices = Readonly<Record<string, (typeof seriesChoices)[number]>>;

function useRulesMutation<Input, Output>(name: string, mutationFn: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: listKey }),
        queries.invalidateQueries({ queryKey: documentKey(name) }),
        queries.invalidateQueries({ queryKey: ['conditions'] }),
        queries.invalidateQueries({ queryKey: ['metrics'] }),
      ]),
  });
}

export const usePublishRules = (name: string) =>
  useRulesMutation(name, (publication: Publication) => write<RuleDocument>('PUT', pathOf(name), publication));

export const useRestoreRules = (name: string) =>
  useRulesMutation(name, ({ version, ...why }: Pick<Publication, 'note' | 'series'> & { readonly version: number }) =>
    write<RuleDocument>('POST', `${pathOf(name)}/versions/${version}/restore`, why),
  );

export const saveRuleDraft = (name: string, text: string, base: number) =>
  write<RuleDocument>('PUT', `${pathOf(name)}/draft`, { text, base });

export const discardRuleDraft = (name: string) => write<{ discarded: boolean }>('DELETE', `${pathOf(name)}/draft`, {});

type MadeUp = Readonly<Record<string, MetricValue | readonly string[]>>;
interface Example {
  readonly example: MadeUp;
  readonly member?: { readonly id: number; readonly name: string };
}

export interface Mece {
  readonly exact: boolean;
  readonly gaps: readonly Example[];
  readonly overlaps: readonly (Example & { readonly keys: readonly string[] })[];
  readonly unreachable: readonly string[];
  readonly never: readonly string[];
}

export interface MeceQuestion {
  readonly rules: readonly { readonly key: string; readonly when: string }[];
  readonly ordered: boolean;
}

export const useMece = (question: MeceQuestion | null) =>
  useQuery({
    queryKey: ['mece', question],
    queryFn: ({ signal }) => write<Mece>('POST', '/api/v1/rules/mece', question, signal),
    enabled: question !== null,
    staleTime: 60_000,
  });

/** Segments that claim to partition; `name` is the claim. */
export const usePartitions = (text: string | null) =>
  useQuery({
    queryKey: ['partitions', text],
    queryFn: async ({ signal }) =>
      (
        await write<{ readonly partitions: readonly (Mece & { readonly name: string })[] }>(
          'POST',
          '/api/v1/rules/partitions',
          { texts: { segments: text } },
          signal,
        )
      ).partitions,
    enabled: text !== null,
    staleTime: 60_000,
  });

export interface Thresholds {
  readonly metric: string;
  readonly classes: number;
  readonly n: number;
  readonly nulls: number;
  readonly oneIn: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly quantiles: Readonly<Record<string, number>>;
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly n: number }[];
  readonly suggestions: readonly {
    readonly method: string;
    readonly cuts: readonly number[];
    readonly sizes: readonly number[];
  }[];
  readonly pairs?: {
    readonly by: string;
    readonly points: readonly (readonly [number, number])[];
    readonly clusters: readonly { readonly centre: readonly [number, number]; readonly n: number }[];
    readonly of: readonly number[];
  };
}

export const useThresholds = (
  asked: { readonly metric: string; readonly by?: string; readonly classes: number } | null,
) =>
  useQuery({
    queryKey: ['thresholds', asked],
    queryFn: ({ signal }) => write<Thresholds>('POST', '/api/v1/rules/thresholds', asked, signal),
    enabled: asked !== null,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** A threshold in a rule that this month's figures would put elsewhere. */
export interface ThresholdNote {
  readonly metric: string;
  readonly label: Label;
  readonly chosen: string;
  readonly suggested: string;
  readonly between: number;
  readonly at: number;
}

export const useThresholdNotes = () =>
  useQuery({
    queryKey: ['threshold-notes'],
    queryFn: async ({ signal }) =>
      (await read<{ readonly items: readonly ThresholdNote[] }>('/api/v1/rules/thresholds/notes', undefined, signal))
        .items,
  });

/** Records who took which cut, and from which suggestion. */
export const noteChosenCut = (chosen: {
  readonly metric: string;
  readonly method: string;
  readonly cut: number;
  readonly classes: number;
}) => write<{ noted: boolean }>('POST', '/api/v1/rules/thresholds/chosen', chosen);
