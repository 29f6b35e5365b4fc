import type { MoveId } from '../ids.js';

export interface GroupCode {
  readonly group: string;
  readonly joinQr: string;
}

/**
 * What a member who asks for their tier's group gets. `code`: the group's join code; `move`: the open move whose invitation
 * it is, which is settled when the code has been sent. `adding`: the chat account adds the member itself. `needs_staff`: moves
 * are approved, and there is none to approve.
 */
export type AskedMove =
  | ({ readonly kind: 'code'; readonly move: MoveId | null } & GroupCode)
  | { readonly kind: 'inside'; readonly group: string }
  | { readonly kind: 'adding'; readonly group: string }
  | { readonly kind: 'waits_for_approval' }
  | { readonly kind: 'needs_staff' }
  | { readonly kind: 'full' }
  | { readonly kind: 'no_group' };
