import { useQuery } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages, type Page } from './page.js';
import { read } from './request.js';

/** One audit entry: a change by somebody, or a reconciliation. */
export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly title: Label;
  readonly note: string | Label;
  readonly about:
    | { readonly is: 'member' | 'comparison'; readonly id: number }
    | { readonly is: 'template'; readonly key: string }
    | { readonly is: 'task' | 'way' }
    | null;
}
export const auditSubjects = [
  'corp',
  'sending',
  'templates',
  'members',
  'moves',
  'tasks',
  'upkeep',
  'ways',
  'rules',
  'access',
] as const;

const path = '/console/api/audit';

export const useAudit = (filters: Readonly<Partial<Record<'who' | 'about', string>>>) =>
  usePages<AuditEntry>(path, { who: filters.who, about: filters.about }, 15_000);

export const useAuditPeople = () =>
  useQuery({
    queryKey: [path, 'people'],
    queryFn: async ({ signal }) => (await read<Page<string>>(`${path}/people`, undefined, signal)).items,
  });
