import type { Because } from '../../domain/because.js';
import type { MemberId, MoveId, GroupId } from '../../domain/ids.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import type { InvitationTurn } from '../../domain/triggers/move.trigger.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { directionOf } from './wanted-move.js';

/** A message to be sent for a move (its invitation or its reminder), with the values that its text needs. */
export interface Invitation {
  readonly member: MemberId;
  readonly move: MoveId;
  readonly kind: 'move_invited' | 'move_reminder';
  readonly direction: 'up' | 'down';
  /** Which invitation it is to the member; filled when messages are planned. */
  readonly turn?: InvitationTurn | undefined;
  readonly group: { readonly id: GroupId; readonly name: string; readonly owner: string; readonly joinQr: string };
  readonly because: Because;
}

/** An invitation as its message carries it. The direction is needed before, to choose the template. */
export type CarriedInvitation = Omit<Invitation, 'direction' | 'turn'>;

/** The invitation of a move into `group`, or its reminder. Null when the group has no join code. */
export function invitationFor(
  kind: Invitation['kind'],
  move: Pick<Move, 'id' | 'member' | 'fromTier' | 'tier'>,
  { id, name, owner, joinQr }: Pick<StoredGroup, 'id' | 'name' | 'owner' | 'joinQr'>,
  ruleset: Pick<Ruleset, 'tiers' | 'version'>,
): Invitation | null {
  if (!joinQr) return null;
  return {
    member: move.member,
    move: move.id,
    kind,
    direction: directionOf(ruleset, move.fromTier, move.tier),
    because: { rule: `move:${move.tier}`, version: ruleset.version, values: [] },
    group: { id, name, owner, joinQr },
  };
}
