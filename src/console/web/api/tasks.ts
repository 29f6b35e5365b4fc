import type { Label } from './label.js';
import { usePages } from './page.js';

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
}

export const useTasks = (state: string) => usePages<Task>('/console/api/tasks', { state }, 15_000);
