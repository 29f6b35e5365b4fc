import { useSyncExternalStore } from 'react';

/** The first steps done in this browser. The server knows whether a text was changed. */
export type FirstStep = 'why' | 'bot';

interface Marks {
  readonly done: readonly FirstStep[];
  readonly isDismissed: boolean;
}

const storageKey = 'qunjie.firstSteps';
const none: Marks = { done: [], isDismissed: false };
const listeners = new Set<() => void>();
let marks = stored();

function stored(): Marks {
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Marks>) };
  } catch {
    return none;
  }
}

function change(next: Marks): void {
  marks = next;
  try {
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // If storage is forbidden, the marks last until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function markFirstStep(step: FirstStep): void {
  if (!marks.done.includes(step)) change({ ...marks, done: [...marks.done, step] });
}

export const dismissFirstSteps = (): void => change({ ...marks, isDismissed: true });

export const useFirstStepsMarks = (): Marks =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => marks,
  );
