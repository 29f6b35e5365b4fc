import type { Label } from './label.js';
import { usePages } from './page.js';

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
  readonly plannedAt: number;
  readonly deadlineAt: number | null;
  readonly stuck: boolean;
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
