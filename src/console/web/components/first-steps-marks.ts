import { useSyncExternalStore } from 'react';

/** What this browser has seen done; a changed text the server knows. */
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
    // Storage may be forbidden; the marks then last as long as the page.
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
