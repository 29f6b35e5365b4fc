import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { usePages } from './page.js';
import { write } from './request.js';
import type { Because } from './timeline.js';

export const moveStates = [
  'planned',
  'invited',
  'joined',
  'leaving',
  'done',
  'expired',
  'failed',
  'cancelled',
] as const;
export type MoveState = (typeof moveStates)[number];

export interface HistoryStep {
  readonly at: number;
  readonly state: string;
  readonly note: string;
  /** The note in both languages, if the server has both. */
  readonly noteLabel?: Label;
}

export interface Move {
  readonly id: string | number;
  readonly memberId: string | number;
  readonly memberName: string;
  readonly from: { readonly id: string; readonly name: string; readonly owner: string } | null;
  readonly to: { readonly id: string; readonly name: string };
  readonly tier: string;
  readonly path: 'official' | 'chat' | 'kf';
  readonly state: MoveState;
  readonly reason: string;
  readonly reasonLabel?: Label;
  readonly because?: Because | null;
  readonly plannedAt: number;
  readonly deadlineAt: number | null;
  readonly stuck: boolean;
  readonly undone: { readonly at: number; readonly by: string; readonly reason: string } | null;
  readonly undoes: number | null;
  /** Null for a closed move. */
  readonly waits: {
    readonly who: 'operators' | 'staff' | 'member' | 'owner' | 'time';
    readonly staff: string | null;
    readonly since: number;
    readonly label: Label;
    readonly todo: Label;
    readonly action: 'approve' | 'remind_owner' | null;
  } | null;
  readonly history: readonly HistoryStep[];
}

const underWay: ReadonlySet<MoveState> = new Set(['planned', 'invited', 'joined', 'leaving']);
/** Whether the move is open. A closed move has no deadline any more. */
export const isUnderWay = ({ state }: Pick<Move, 'state'>): boolean => underWay.has(state);

export interface MoveFilter {
  readonly state?: string | undefined;
  readonly member?: string | undefined;
  readonly stuck?: '1' | undefined;
}

export const useMoves = (filter: MoveFilter) => usePages<Move>('/api/v1/moves', { ...filter }, 10_000);

interface Undone {
  readonly outcome: 'undone' | 'already';
  readonly how?: 'stop' | 'leave_new' | 'invite_back';
}

/** Takes a move back, with the reason that the timeline and the audit show. */
export function useUndoMove() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { readonly id: Move['id']; readonly reason: string }) =>
      write<Undone>('POST', `/api/v1/moves/${id}/undo`, { reason }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/api/v1/moves'] }),
  });
}
