import type { ActionResult } from '../channels/channel.js';
import type { Action } from '../domain/action.js';
import type { MassSendPolicy } from '../domain/sending/mass-send-policy.js';
import type { Sql } from '../platform/database/sql.js';
import type { Blamed } from '../platform/errors.js';
import type { NewOutboxRow, NewWording, OutboxRow } from './outbox-row.js';

/** Why an action was not performed. `code` is stored as the row's reason; `blames` as in `GiveUp`. */
export interface Failure {
  readonly code: string;
  readonly blames?: readonly Blamed[];
}

/** A row, and the action as it was performed: `beforeSend` may have changed it. */
export interface SentDelivery {
  readonly row: OutboxRow;
  readonly action: Action;
  readonly done: ActionResult;
}

export interface FailedDelivery {
  readonly row: OutboxRow;
  readonly action: Action;
  readonly failure: Failure;
}

/** The engine's side of a delivery: what the outbox asks before it sends, and reports afterwards. `now` is epoch ms. */
export interface DeliveryHooks {
  /** The action as it is to be performed now; null when nothing is left to do. Throws `RetryLater` when something must come first. */
  beforeSend(row: OutboxRow): Promise<Action | null>;
  /** By row id, why a message that was right when planned must not go now. Rows without an entry may go. Asked in the leasing transaction. */
  blockers(tx: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlyMap<number, Blocker>>;
  /** Called in the transaction that settles the row. */
  onSent(tx: Sql, sent: SentDelivery, now: number): Promise<void>;
  /** Called in the transaction that settles the row. */
  onFailed(tx: Sql, failed: FailedDelivery, now: number): Promise<void>;
  /** The same message by its next channel, for one that certainly was not sent; null when there is none. */
  fallback(tx: Sql, row: OutboxRow, failure: Failure, now: number): Promise<NewOutboxRow | null>;
  massSends: MassSendRules;
}

/** Policy, staff and channel look-ups that the mass-send worker needs. */
export interface MassSendRules {
  readonly policy: MassSendPolicy;
  readonly timeZone: string;
  /** Whether this member of staff left the corp or the app's scope, so that they cannot confirm a task. */
  isGone(sql: Sql, staff: string): Promise<boolean>;
  /** By row id: another member of staff who has the customer as a contact and has not been given this message before. */
  otherSenders(sql: Sql, rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, string>>;
  /** Ids of the rows that a later channel of their template could deliver. */
  otherChannels(sql: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlySet<number>>;
}

export type Blocker =
  /** Code. The row ends as cancelled. */
  | { readonly cancel: string }
  /** Code. The text cannot be filled any more: the row ends as suppressed, as if it had never been sent. */
  | { readonly suppress: string }
  /** The row goes with another text, and perhaps by another channel. */
  | { readonly rewrite: NewWording }
  /** Epoch ms, and the code of the reason. */
  | { readonly postponeTo: number; readonly reason: string };
