import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages } from './page.js';
import { write } from './request.js';

export interface Task {
  readonly id: string | number;
  readonly kind: string;
  readonly staff: string;
  readonly text: string | Label;
  readonly memberId?: number | string | null;
  readonly dueAt?: number | null;
  readonly createdAt: number;
  readonly doneAt: number | null;
  readonly state: string;
  /** What may be answered to it now. */
  readonly answers?: readonly TaskAnswer[];
  /** Said to be done by; believed when it is seen. */
  readonly answeredBy?: string | null;
  readonly snoozedUntil?: number | null;
  /** Its card did not reach them, and operators were asked instead. */
  readonly unreached?: boolean;
  readonly isOverdue: boolean;
}
export const taskStates = ['open', 'overdue', 'done'] as const;
export type TaskAnswer = 'done' | 'snooze' | 'approve' | 'refuse';

export const useTasks = (state: string) => usePages<Task>('/console/api/tasks', { state }, 15_000);

/** The words the server answers with are for the one who pressed. */
export function useAnswerTask() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, answer }: { readonly id: string | number; readonly answer: TaskAnswer }) =>
      write<{ readonly outcome: string; readonly words: string }>('POST', `/console/api/tasks/${id}/${answer}`, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/console/api/tasks'] }),
  });
}
