import type { ActionResult } from '../channels/channel.js';
import type { Action } from '../domain/action.js';
import type { MassSendPolicy } from '../domain/sending/mass-send-policy.js';
import type { Sql } from '../platform/database/sql.js';
import type { Blamed } from '../platform/errors.js';
import type { Anew, OutboxRow, NewOutboxRow } from './outbox.store.js';

/** Why an action was not done: a stored code, and whom it blames (`GiveUp`). */
export interface Failure {
  readonly code: string;
  readonly blames?: readonly Blamed[];
}

/** A row that was performed. `action` is what was performed: it can differ from `row.action` (`beforeSend`). */
export interface SentDelivery {
  readonly row: OutboxRow;
  readonly action: Action;
  readonly done: ActionResult;
}

/** A row that will not be performed (any more). `action` is what was tried. */
export interface FailedDelivery {
  readonly row: OutboxRow;
  readonly action: Action;
  readonly failure: Failure;
}

/** What an action means to the rest of the product: the engine's side of a delivery. */
export interface DeliveryHooks {
  /** The action as it is to be performed now; null when there is nothing left to do. Throws `RetryLater` when something must come first. */
  beforeSend(row: OutboxRow): Promise<Action | null>;
  /** Why a message that was right when planned must not go out now, by row; no entry lets it go. Asked in the leasing transaction. */
  blockers(tx: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlyMap<number, Blocker>>;
  /** Runs in the transaction that settles the row. */
  onSent(tx: Sql, sent: SentDelivery, now: number): Promise<void>;
  /** Runs in the transaction that settles the row. */
  onFailed(tx: Sql, failed: FailedDelivery, now: number): Promise<void>;
  /** Another way for a message that certainly was not sent, and why it was not; null when there is none. */
  fallback(tx: Sql, row: OutboxRow, failure: Failure, now: number): Promise<NewOutboxRow | null>;
  massSends: MassSendRules;
}

/** What mass-sends are followed up by. */
export interface MassSendRules {
  readonly policy: MassSendPolicy;
  readonly timeZone: string;
  /** Staff who left the corp or the app's scope: they cannot tap. */
  isGone(sql: Sql, staff: string): Promise<boolean>;
  /** By row: a colleague who has the customer too and has not had this message to send before. */
  otherSenders(sql: Sql, rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, string>>;
  /** Rows that a later channel of their template could take to the member. */
  otherChannels(sql: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlySet<number>>;
}

export type Blocker =
  | { readonly cancel: string }
  /** Nothing can be said any more: as what was never said in the first place. */
  | { readonly suppress: string }
  /** It goes, in other words; by another channel it is planned anew. */
  | { readonly anew: Anew }
  | { readonly postponeTo: number; readonly reason: string };
