import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import type { Page } from './page.js';
import { demoKey } from './demo.js';
import { read, write, type Problem } from './request.js';

/** Messages that wait for their time, and those that wait for a tap of staff. */
export interface QueuedMessages {
  readonly planned: number;
  readonly waiting: number;
}

/** What happens to them: sent with the new text, kept, or cancelled. */
export type QueuedChoice = 'render' | 'keep' | 'cancel';

export interface TemplateRow {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly trigger: Label;
  /** Only a person sends it. */
  readonly isBroadcast: boolean;
  readonly audience: string;
  readonly channels: readonly string[];
  readonly enabled: boolean;
  readonly version: number;
  readonly savedAt: number;
  readonly savedBy: string;
  readonly sent30d: number;
  readonly clicks30d: number;
  /** The links that were clicked, the most first. */
  readonly links30d: readonly { readonly name: string; readonly clicks: number }[];
  /** Null if its file exists, or if it never had one. */
  readonly fileGoneAt: number | null;
  /** It is put away. */
  readonly archivedAt: number | null;
}

export interface VersionInfo {
  readonly version: number;
  readonly savedAt: number;
  readonly savedBy: string;
  readonly note: string;
  readonly approvedBy: string | null;
}

export interface Template {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly queued: QueuedMessages;
  readonly fileGoneAt: number | null;
  readonly archivedAt: number | null;
  /** A text that waits for a second person. */
  readonly draft: {
    readonly text: string;
    readonly baseVersion: number;
    readonly note: string;
    readonly savedAt: number;
    readonly savedBy: string;
    readonly task: number;
  } | null;
  readonly versions: readonly VersionInfo[];
}

export interface TemplateVariable {
  readonly name: string;
  readonly label: Label;
  readonly type: string;
  readonly example: string | number | boolean | null;
  /** Otherwise it is for conditions only. */
  readonly printable: boolean;
}

export interface TemplateCheck {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  /** Nothing that keeps it from being saved. */
  readonly warnings: readonly Problem[];
  readonly variables: readonly string[];
}

export interface PreviewMessage {
  readonly channel: string;
  readonly text: string;
  readonly attachments: readonly { readonly kind: string; readonly title: string; readonly url: string }[];
}

export type Preview =
  | { readonly ok: true; readonly messages: readonly PreviewMessage[]; readonly audienceHolds: boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const listKey = ['templates'] as const;
const templateKey = (key: string) => ['template', key] as const;
const pathOf = (key: string) => `/console/api/templates/${encodeURIComponent(key)}`;

/** `archived`: also those that are put away. */
export const useTemplates = (archived = false) =>
  useQuery({
    queryKey: [...listKey, archived],
    queryFn: async ({ signal }) =>
      (await read<Page<TemplateRow>>('/console/api/templates', archived ? { archived: '1' } : undefined, signal)).items,
  });

export function useArchiveTemplate(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (archived: boolean) => write<{ archived: boolean }>('POST', `${pathOf(key)}/archived`, { archived }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: listKey }),
        queries.invalidateQueries({ queryKey: templateKey(key) }),
      ]),
  });
}

export const readTemplate = (key: string) => read<Template>(pathOf(key));

export const useTemplate = (key: string) =>
  useQuery({ queryKey: templateKey(key), queryFn: () => readTemplate(key), refetchOnWindowFocus: false });

export const readQueued = async (key: string): Promise<QueuedMessages> => (await readTemplate(key)).queued;

/** What a save would do: how many messages wait, and whether it switches the template on or off. */
export interface BeforeSaving {
  readonly isOn: boolean;
  readonly isOnAfter: boolean;
  /** A second person has to approve it. */
  readonly needsReview: boolean;
  readonly queued: QueuedMessages;
}

/** Loaded again each time a dialog opens. */
export const useBeforeSaving = (key: string, text: string, enabled: boolean) =>
  useQuery({
    queryKey: ['template-before-saving', key, text],
    queryFn: ({ signal }) => write<BeforeSaving>('POST', `${pathOf(key)}/before-saving`, { text }, signal),
    enabled,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

export const readVersion = (key: string, version: number) =>
  read<VersionInfo & { readonly text: string }>(`${pathOf(key)}/versions/${version}`);

/** A saved version never changes, so it is cached for ever. */
export const useVersion = (key: string, version: number | null) =>
  useQuery({
    queryKey: ['template-version', key, version],
    queryFn: () => readVersion(key, version ?? 0),
    enabled: version !== null,
    staleTime: Infinity,
  });

export const useTemplateVariables = () =>
  useQuery({
    queryKey: ['template-variables'],
    queryFn: async () => (await read<Page<TemplateVariable>>('/console/api/template-variables')).items,
    staleTime: Infinity,
  });

export interface Choice {
  readonly value: string;
  readonly label: Label;
}

/** A trigger with the fields of its settings, and the settings to begin with. */
export interface TriggerForm {
  readonly on: string;
  readonly label: Label;
  readonly fields: readonly {
    readonly key: string;
    readonly label: Label;
    readonly kind: 'int' | 'numbers' | 'switch' | 'choice' | 'picks' | 'condition' | 'text';
    readonly choices?: readonly Choice[];
    readonly isOptional: boolean;
  }[];
  readonly example: Readonly<Record<string, string | number | readonly (string | number)[]>>;
}

export interface TemplateFormChoices {
  readonly triggers: readonly TriggerForm[];
  readonly tags: readonly string[];
  readonly days: readonly Choice[];
  readonly channels: readonly (Choice & { readonly bytes: number })[];
}

export const useTemplateForm = () =>
  useQuery({
    queryKey: ['template-form'],
    queryFn: ({ signal }) => read<TemplateFormChoices>('/console/api/template-form', undefined, signal),
    staleTime: 60_000,
  });

export const useTemplateCheck = (text: string) =>
  useQuery({
    queryKey: ['template-check', text],
    queryFn: ({ signal }) => write<TemplateCheck>('POST', '/console/api/templates/check', { text }, signal),
    enabled: text !== '',
    staleTime: 60_000,
    // The last result stays until the next one arrives, so that the list does not flicker while somebody types.
    placeholderData: (before) => before,
  });

/** Whom the text would be for now, and for how many of them a figure that it prints is unknown or 0. */
export type Audience =
  | { readonly ok: false }
  | {
      readonly ok: true;
      readonly members: number;
      readonly figures: readonly {
        readonly variable: string;
        readonly label: Label;
        readonly asks: 'unknown' | 'zero';
        readonly members: number;
        /** These members, as a filter of the member list. */
        readonly where: string;
      }[];
    };

export const useAudience = (text: string, enabled: boolean) =>
  useQuery({
    queryKey: ['template-audience', text],
    queryFn: ({ signal }) => write<Audience>('POST', '/console/api/templates/audience', { text }, signal),
    enabled: enabled && text !== '',
    staleTime: 60_000,
  });

export const usePreview = (text: string, memberId: string | null) =>
  useQuery({
    queryKey: ['template-preview', text, memberId],
    queryFn: ({ signal }) => write<Preview>('POST', '/console/api/templates/preview', { text, memberId }, signal),
    enabled: text !== '' && memberId !== null,
    staleTime: 60_000,
    placeholderData: (before) => before,
  });

export interface Saving {
  readonly text: string;
  readonly note: string;
  readonly baseVersion: number;
  /** Undefined if no message waits. */
  readonly queued: QueuedChoice | undefined;
}

export function useSaveTemplate(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (saving: Saving) => write<{ version: number; review?: number }>('PUT', pathOf(key), saving),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: templateKey(key) }),
        queries.invalidateQueries({ queryKey: listKey }),
        queries.invalidateQueries({ queryKey: demoKey }),
      ]),
  });
}

export function useDropDraft(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<{ dropped: boolean }>('DELETE', `${pathOf(key)}/draft`, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: templateKey(key) }),
  });
}

/** Makes a template. Fails with `version_conflict` when its key is taken. */
export function useCreateTemplate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, text }: { readonly key: string; readonly text: string }) =>
      write<{ version: number }>('PUT', pathOf(key), { text, note: '', baseVersion: 0 }),
    onSuccess: () => queries.invalidateQueries({ queryKey: listKey }),
  });
}

export function useEnableTemplate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: { key: string; enabled: boolean; queued?: QueuedChoice | undefined }) =>
      write<{ enabled: boolean }>('POST', `${pathOf(key)}/enabled`, body),
    onSuccess: (_, { key }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: listKey }),
        queries.invalidateQueries({ queryKey: templateKey(key) }),
      ]),
  });
}

/** What one member of the audience would get now; `held`: why they would not. */
export interface TriedMember {
  readonly member: { readonly id: number; readonly name: string };
  readonly text: string | null;
  readonly channel: string | null;
  readonly notBefore: number | null;
  readonly held: { readonly code: string; readonly label: Label } | null;
}

/** Another round shows other members. */
export const useTried = (text: string, { count, round }: { readonly count: number; readonly round: number }) =>
  useQuery({
    queryKey: ['template-tried', text, count, round],
    queryFn: ({ signal }) =>
      write<{ readonly found: number; readonly items: readonly TriedMember[] }>(
        'POST',
        '/console/api/templates/try',
        { text, count, round },
        signal,
      ),
    gcTime: 0,
    placeholderData: (before) => before,
    refetchOnWindowFocus: false,
  });

export const useTesters = () =>
  useQuery({
    queryKey: ['template-testers'],
    queryFn: async ({ signal }) =>
      (await read<Page<string>>('/console/api/templates/testers', undefined, signal)).items,
    staleTime: 60_000,
  });

export const useSendTest = () =>
  useMutation({
    mutationFn: (test: {
      readonly text: string;
      readonly memberId: number;
      readonly staff: string;
      readonly channel?: string;
    }) => write<{ readonly sent: boolean; readonly staff: string }>('POST', '/console/api/templates/test', test),
  });
