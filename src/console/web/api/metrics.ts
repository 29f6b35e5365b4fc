import { useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { read, write, type Problem } from './request.js';

export interface Metric {
  readonly name: string;
  readonly label: Label;
  readonly type: 'int' | 'string' | 'bool';
  readonly unit: string | null;
  /** Stands after a number; empty for none. */
  readonly unitLabel: Label;
  /** May be unknown. */
  readonly nullable: boolean;
  /** One figure of all members. */
  readonly isOfCorp: boolean;
  readonly group: Label;
  readonly meaning: Label;
  /** A rule to begin with. */
  readonly example: string;
  /** The values that a text may have; null for any. */
  readonly values: readonly { readonly value: string; readonly label: Label }[] | null;
}

export const useMetrics = () =>
  useQuery({
    queryKey: ['metrics'],
    queryFn: async () => (await read<Page<Metric>>('/console/api/metrics')).items,
    staleTime: Infinity,
  });

export type RuleCheck =
  | { readonly ok: true; readonly metrics: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Whether a condition compiles, and its problems. An empty condition is valid and is not sent. */
export const useRuleCheck = (text: string) =>
  useQuery({
    queryKey: ['rule-check', text],
    queryFn: ({ signal }) => write<RuleCheck>('POST', '/api/v1/rules/check', { text }, signal),
    enabled: text.trim() !== '',
    staleTime: Infinity,
  });
