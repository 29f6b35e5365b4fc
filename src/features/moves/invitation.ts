import type { Because } from '../../domain/because.js';
import type { MemberId, MoveId, GroupId } from '../../domain/ids.js';

/** A message to be sent for a move (its invitation or its reminder), with the values that its text needs. */
export interface Invitation {
  readonly member: MemberId;
  readonly move: MoveId;
  readonly kind: 'move_invited' | 'move_reminder';
  readonly direction: 'up' | 'down';
  readonly group: { readonly id: GroupId; readonly name: string; readonly owner: string; readonly joinQr: string };
  readonly because: Because;
}
