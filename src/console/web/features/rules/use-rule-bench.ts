import { App } from 'antd';
import { useEffect, useState } from 'react';
import { isFault, type EditedSeries } from '../../api/request.js';
import {
  discardRuleDraft,
  saveRuleDraft,
  usePublishRules,
  useRestoreRules,
  type RuleDocument,
  type SeriesChoices,
} from '../../api/rules.js';
import { faultText } from '../../components/fault-notice.js';
import { useSettled } from '../../components/use-settled.js';
import { useUnsavedGuard } from '../../components/use-unsaved-guard.js';
import { useTexts } from '../../i18n/i18n.js';

/** The open dialog or drawer. */
export type Asking =
  | { readonly kind: 'publish' }
  | { readonly kind: 'versions' }
  | { readonly kind: 'dryRun' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'compare'; readonly left: number; readonly right: number | 'draft' }
  | { readonly kind: 'restore'; readonly version: number }
  | { readonly kind: 'conflict'; readonly theirs: number; readonly note: string; readonly isAccepted: boolean }
  | {
      readonly kind: 'series';
      readonly edited: readonly EditedSeries[];
      /** What was asked for, with what happens to the members. */
      readonly again: (choices: SeriesChoices) => Promise<void>;
    };

/** What was published last in this visit, so that it can be taken back in one step. */
export interface Published {
  readonly version: number;
  readonly before: number;
  /** The version that this one takes back, if it does. */
  readonly undoes: number | null;
}

export interface RuleBench {
  readonly document: string;
  readonly base: { readonly version: number; readonly text: string };
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly dirty: boolean;
  /** The draft that is stored, if it is the text on the page. */
  readonly draftSaved: boolean;
  readonly asking: Asking | null;
  readonly ask: (asking: Asking | null) => void;
  readonly busy: boolean;
  readonly published: Published | null;
  /** `isAccepted`: a person has said yes to gaps and overlaps. */
  readonly publish: (note: string, base: number, isAccepted?: boolean) => Promise<void>;
  readonly restore: (version: number, note: string) => Promise<void>;
  readonly discard: () => Promise<void>;
  readonly takeTheirs: (theirs: { readonly version: number; readonly text: string }) => void;
}

const DRAFT_AFTER_MS = 1_200;

interface Drafting {
  readonly document: string;
  readonly base: RuleBench['base'];
  readonly text: string;
  /** The draft that the server has. */
  readonly stored: string | null;
  readonly setStored: (text: string | null) => void;
  /** While a text is being published, no draft of it may come after. */
  readonly isHeld: boolean;
}

/** Stores the draft a moment after the last key, and deletes it when nothing is left to publish. */
function useStoredDraft({ document, base, text, stored, setStored, isHeld }: Drafting): void {
  const texts = useTexts();
  const { message } = App.useApp();
  const settled = useSettled(text, DRAFT_AFTER_MS);
  useEffect(() => {
    const isDirty = text !== base.text;
    if (settled !== text || text === stored || (!isDirty && stored === null) || isHeld) return;
    const save = isDirty ? saveRuleDraft(document, text, base.version) : discardRuleDraft(document);
    // What could not be stored stays on the page; the guard then asks before leaving it.
    save
      .then(() => setStored(isDirty ? text : null))
      .catch((error: unknown) => void message.warning(faultText(error, texts)));
  }, [settled, text, stored, setStored, base, document, isHeld, message, texts]);
}

/** The draft of one rule document. It is stored by itself, so that a colleague or another day goes on with it. */
export function useRuleBench(rule: RuleDocument): RuleBench {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const [base, setBase] = useState({ version: rule.version, text: rule.text });
  const [text, setText] = useState(rule.draftText ?? rule.text);
  const [stored, setStored] = useState<string | null>(rule.draftText);
  const [asking, ask] = useState<Asking | null>(null);
  const [published, setPublished] = useState<Published | null>(null);
  const publishing = usePublishRules(rule.document);
  const restoring = useRestoreRules(rule.document);
  const dirty = text !== base.text;
  useUnsavedGuard(dirty && stored !== text);

  useStoredDraft({ document: rule.document, base, text, stored, setStored, isHeld: publishing.isPending });

  const begin = (now: { readonly version: number; readonly text: string }): void => {
    setBase(now);
    setText(now.text);
    setStored(null);
    ask(null);
  };
  const inForce = (now: RuleDocument, before: number, undoes: number | null = null): void => {
    begin(now);
    if (now.version !== before) setPublished({ version: now.version, before, undoes });
    void message.success(t('rules.published', { version: now.version }));
  };
  // A series may not change under its members before somebody has said what happens to them.
  const refused = (error: unknown, again: (choices: SeriesChoices) => Promise<void>): void => {
    if (isFault(error, 'series_members')) ask({ kind: 'series', edited: error.series, again });
    else void message.error(faultText(error, texts));
  };
  const publish = async (note: string, onto: number, isAccepted = false, series?: SeriesChoices): Promise<void> => {
    try {
      const accept = isAccepted ? (['gaps', 'overlaps'] as const) : [];
      inForce(await publishing.mutateAsync({ text, note, base: onto, accept, series }), onto);
    } catch (error) {
      if (isFault(error, 'version_conflict'))
        ask({ kind: 'conflict', theirs: error.version ?? onto + 1, note, isAccepted });
      else refused(error, (choices) => publish(note, onto, isAccepted, choices));
    }
  };
  const restore = async (version: number, note: string, series?: SeriesChoices): Promise<void> => {
    try {
      inForce(await restoring.mutateAsync({ version, note, series }), base.version, base.version);
    } catch (error) {
      refused(error, (choices) => restore(version, note, choices));
    }
  };
  return {
    ...{ document: rule.document, base, text, setText, dirty, asking, ask, published },
    draftSaved: dirty && stored === text,
    busy: publishing.isPending || restoring.isPending,
    ...{ publish, restore },
    discard: async () => {
      await discardRuleDraft(rule.document).catch(() => undefined);
      begin(base);
    },
    takeTheirs: begin,
  };
}
