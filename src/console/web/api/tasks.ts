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
  /** The answers that are possible now. */
  readonly answers?: readonly TaskAnswer[];
  /** Who reported it as done. The product still checks it. */
  readonly answeredBy?: string | null;
  readonly snoozedUntil?: number | null;
  /** The card did not reach the assignee, so operators got the task. */
  readonly unreached?: boolean;
  readonly isOverdue: boolean;
}
export const taskStates = ['open', 'overdue', 'done'] as const;
export type TaskAnswer = 'done' | 'snooze' | 'approve' | 'refuse';

/** `words`: the answer that the member's page shows, when the task is to answer a member's message. */
interface GivenAnswer {
  readonly id: string | number;
  readonly answer: TaskAnswer;
  readonly words?: string | undefined;
}

export const useTasks = (state: string) => usePages<Task>('/console/api/tasks', { state }, 15_000);

/** The server's answer contains a text for the user. */
export function useAnswerTask() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, answer, words }: GivenAnswer) =>
      write<{ readonly outcome: string; readonly words: string }>('POST', `/console/api/tasks/${id}/${answer}`, {
        ...(words === undefined || words.trim() === '' ? {} : { words }),
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/console/api/tasks'] }),
  });
}
