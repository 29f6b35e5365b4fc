import { App } from 'antd';
import { useState } from 'react';
import { isFault } from '../../api/request.js';
import { useSaveTemplate, type QueuedChoice, type Template } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { useUnsavedGuard } from '../../components/use-unsaved-guard.js';

interface Saved {
  readonly version: number;
  readonly text: string;
}

interface Draft {
  readonly text: string;
  readonly note: string;
  readonly queued: QueuedChoice | undefined;
}

/** The open dialog or drawer. */
export type Asking =
  | { readonly kind: 'save' }
  | { readonly kind: 'restore'; readonly version: number; readonly text: string }
  | { readonly kind: 'versions' }
  | { readonly kind: 'launch' }
  | { readonly kind: 'try' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'compare'; readonly left: number; readonly right: number | 'draft' }
  | { readonly kind: 'conflict'; readonly theirs: number; readonly draft: Draft };

export interface Bench {
  /** The version that the draft is based on. */
  readonly base: Saved;
  readonly draft: string;
  readonly setDraft: (text: string) => void;
  readonly dirty: boolean;
  readonly asking: Asking | null;
  readonly ask: (asking: Asking | null) => void;
  readonly saving: boolean;
  readonly save: (draft: Draft, baseVersion: number) => Promise<void>;
  /** Replaces the draft with the version that somebody else saved. */
  readonly takeTheirs: (theirs: Saved) => void;
}

/** The draft of one template. A newer version on the server does not replace it. */
export function useBench(template: Template): Bench {
  const texts = useTexts();
  const { message } = App.useApp();
  const [base, setBase] = useState<Saved>({ version: template.version, text: template.text });
  const [draft, setDraft] = useState(template.text);
  const [asking, ask] = useState<Asking | null>(null);
  const saving = useSaveTemplate(template.key);
  const dirty = draft !== base.text;
  useUnsavedGuard(dirty);

  const begin = (saved: Saved): void => {
    setBase(saved);
    setDraft(saved.text);
    ask(null);
  };
  const save = async (saved: Draft, baseVersion: number): Promise<void> => {
    try {
      const { version, review } = await saving.mutateAsync({ ...saved, baseVersion });
      if (review !== undefined) {
        setDraft(base.text);
        ask(null);
        return void message.success(texts.t('review.asked', { task: review }));
      }
      begin({ version, text: saved.text });
      void message.success(texts.t('editor.saved', { version }));
    } catch (error) {
      if (isFault(error, 'version_conflict'))
        ask({ kind: 'conflict', theirs: error.version ?? baseVersion + 1, draft: saved });
      else void message.error(faultText(error, texts));
    }
  };
  return { base, draft, setDraft, dirty, asking, ask, saving: saving.isPending, save, takeTheirs: begin };
}
