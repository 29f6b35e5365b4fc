import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { bracketMatching } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../api/request.js';
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
  /** Colours and completion of the text; a new object when they change. */
  readonly language: Extension;
  /** Target of the cursor; a new object for each jump. */
  readonly place: { readonly line: number; readonly column: number } | null;
}

/** What every editor of texts has. `tabindex`: what scrolls can be reached with the keyboard. */
const usual = (label: string): readonly Extension[] => [
  undo(),
  lineNumbers(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  drawSelection(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  look,
  EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
];

export function CodeEditor({ label, value, onChange, onSave, problems, language: mode, place }: Props) {
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
          ...usual(label),
          language.of([]),
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
    view?.dispatch({ effects: language.reconfigure(mode) });
  }, [view, language, mode]);

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
