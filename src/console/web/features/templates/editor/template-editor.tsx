import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { bracketMatching } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../api/request.js';
import type { TemplateVariable } from '../../../api/templates.js';
import { useTexts } from '../../../i18n/i18n.js';
import { templateLanguage } from './language.js';
import { look } from './look.js';
import { marksOf, offsetOf } from './marks.js';
import { undo } from './undo.js';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  /** Undefined while a check is pending: the old marks stay. */
  readonly problems: readonly Problem[] | undefined;
  readonly variables: readonly TemplateVariable[] | undefined;
  /** Target of the cursor; a new object for each jump. */
  readonly place: { readonly line: number; readonly column: number } | null;
}

export function TemplateEditor({ label, value, onChange, onSave, problems, variables, place }: Props) {
  const texts = useTexts();
  const mount = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<EditorView | null>(null);
  const [language] = useState(() => new Compartment());
  const latest = useRef({ onChange, onSave });
  useEffect(() => {
    latest.current = { onChange, onSave };
  }, [onChange, onSave]);

  useEffect(() => {
    if (!mount.current) return;
    const made = new EditorView({
      parent: mount.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          keymap.of([
            {
              key: 'Mod-s',
              preventDefault: true,
              run: () => {
                latest.current.onSave();
                return true;
              },
            },
            ...closeBracketsKeymap,
            ...completionKeymap,
          ]),
          undo(),
          lineNumbers(),
          lintGutter(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          language.of([]),
          look,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    setView(made);
    return () => made.destroy();
    // From here on the editor owns its text; the effects below apply changes of the props.
  }, []);

  useEffect(() => {
    view?.dispatch({ effects: language.reconfigure(templateLanguage(variables ?? [], texts)) });
  }, [view, language, variables, texts]);

  useEffect(() => {
    if (!view || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [view, value]);

  useEffect(() => {
    if (view && problems) view.dispatch(setDiagnostics(view.state, marksOf(view.state.doc, problems)));
  }, [view, problems]);

  useEffect(() => {
    if (!view || !place) return;
    view.dispatch({ selection: { anchor: offsetOf(view.state.doc, place) }, scrollIntoView: true });
    view.focus();
  }, [view, place]);

  return <div ref={mount} style={{ height: '100%' }} />;
}
