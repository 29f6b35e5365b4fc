import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useTexts } from '../../i18n/i18n.js';
import { look } from './look.js';

interface Props {
  readonly before: string;
  readonly after: string;
  /** What each of the two is. */
  readonly labels: readonly [before: string, after: string];
  readonly language: Extension;
  /** One column, for a phone. */
  readonly unified: boolean;
}

const collapseUnchanged = { margin: 3, minSize: 6 };

export function MergePane({ before, after, labels, language, unified }: Props) {
  const texts = useTexts();
  const [beforeLabel, afterLabel] = labels;
  const mount = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = mount.current;
    if (!parent) return;
    const shown: Extension = [
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorState.phrases.of({ '$ unchanged lines': texts.t('compare.unchanged') }),
      language,
      look,
    ];
    const named = (label: string): Extension => [shown, EditorView.contentAttributes.of({ 'aria-label': label })];
    const view = unified
      ? new EditorView({
          parent,
          doc: after,
          extensions: [
            named(`${beforeLabel} → ${afterLabel}`),
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged, gutter: true }),
          ],
        })
      : new MergeView({
          parent,
          a: { doc: before, extensions: named(beforeLabel) },
          b: { doc: after, extensions: named(afterLabel) },
          gutter: true,
          collapseUnchanged,
        });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, language, unified, texts]);
  return <div ref={mount} />;
}
