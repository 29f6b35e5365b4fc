import { Annotation, StateField, type ChangeSet, type Extension } from '@codemirror/state';
import { keymap, type Command } from '@codemirror/view';

interface Step {
  /** Takes the document back to what it was. */
  readonly inverse: ChangeSet;
  readonly at: number;
}

interface Past {
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

const returning = Annotation.define<'undo' | 'redo'>();
const mostSteps = 300;
// Letters typed in quick succession are one undo step.
const breathMs = 600;

const past = StateField.define<Past>({
  create: () => ({ done: [], undone: [] }),
  update(value, change) {
    if (!change.docChanged) return value;
    const step: Step = {
      inverse: change.changes.invert(change.startState.doc),
      at: Date.now(),
    };
    switch (change.annotation(returning)) {
      case 'undo':
        return { done: value.done.slice(0, -1), undone: [...value.undone, step] };
      case 'redo':
        return { done: [...value.done, step], undone: value.undone.slice(0, -1) };
      default: {
        const last = value.done.at(-1);
        if (last && change.isUserEvent('input.type') && step.at - last.at < breathMs)
          return {
            done: [...value.done.slice(0, -1), { inverse: step.inverse.compose(last.inverse), at: step.at }],
            undone: [],
          };
        return { done: [...value.done.slice(-mostSteps), step], undone: [] };
      }
    }
  },
});

/** The end of the restored text, to scroll to. */
function endOf(changes: ChangeSet): number {
  let end = 0;
  changes.iterChanges((_fromA, _toA, _fromB, toB) => {
    end = toB;
  });
  return end;
}

const back =
  (way: 'undo' | 'redo'): Command =>
  (view) => {
    const { done, undone } = view.state.field(past);
    const step = (way === 'undo' ? done : undone).at(-1);
    if (!step) return true;
    view.dispatch({
      changes: step.inverse,
      selection: { anchor: endOf(step.inverse) },
      annotations: returning.of(way),
      scrollIntoView: true,
    });
    return true;
  };

export const undo = (): Extension => [
  past,
  keymap.of([
    { key: 'Mod-z', run: back('undo'), preventDefault: true },
    { key: 'Mod-y', run: back('redo'), preventDefault: true },
    { key: 'Mod-Shift-z', run: back('redo'), preventDefault: true },
  ]),
];
