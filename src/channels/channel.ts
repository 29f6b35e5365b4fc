import type { Action, ActionKind } from '../domain/action.js';
import type { Fact } from '../domain/fact.js';
import type { Check, Connection, Forecast } from './connection.js';

/** A message to the bot that needs an answer: from staff in the app, or from a member in a group or a direct message. */
export interface CommandRequest {
  /** Unique for ever. A message that is delivered twice is answered once. */
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly from:
    | { readonly kind: 'staff'; readonly staff: string }
    | { readonly kind: 'member'; readonly ids: { readonly externalUserId?: string; readonly chatContactId?: string } };
  /** Where to send the answer. */
  readonly replyTo:
    | { readonly kind: 'app' }
    /** Somebody pressed a button of a card. The code allows one change of that card within 72 h. */
    | {
        readonly kind: 'card';
        readonly taskId: string;
        readonly responseCode: string;
        /** `button_interaction`, `vote_interaction` … */
        readonly cardType?: string;
        /** The chosen options of each question on the card. */
        readonly selected?: readonly { readonly question: string; readonly options: readonly string[] }[];
      }
    | { readonly kind: 'group'; readonly chatId: string; readonly mention: string }
    | { readonly kind: 'dm'; readonly chatContactId: string }
    /** The member's page: the answer is returned by the request itself. */
    | { readonly kind: 'page' }
    /**
     * Customer service. `menuId`: the menu item that the customer tapped, untrusted. `isLate`: it was read too late for an
     * answer; an opt-out still counts, and staff get what they have to read.
     */
    | {
        readonly kind: 'kf';
        readonly account: string;
        readonly externalUserId: string;
        readonly menuId?: string;
        readonly isLate?: boolean;
      };
  readonly text: string;
}

export type Received =
  { readonly kind: 'fact'; readonly fact: Fact } | { readonly kind: 'command'; readonly command: CommandRequest };

/**
 * Hands facts and commands to the inbox. Resolves when they are durable; the channel must not acknowledge them earlier.
 * Rejects with `RetryLater` when they could not be stored.
 */
export type Receive = (received: readonly Received[]) => Promise<unknown>;

/**
 * The result of a successful attempt. `ref` is the id that the other side gave it (a msgid), `result` what it returned (a
 * join way, tag ids), `facts` what the engine must apply (a contact that was read).
 */
export interface ActionResult {
  readonly ref?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly facts?: readonly Fact[];
  /** Reason code of an omitted part: a picture that was not available in time. */
  readonly without?: string;
}

/** The outcome of an attempt after a crash or a time-out, as far as the other side knows it. */
export type AttemptOutcome =
  /** `alike`: other refs that match as well. The caller may know that some of them belong to other actions. */
  | { readonly outcome: 'done'; readonly done: ActionResult; readonly alike?: readonly string[] }
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unknown' };

/** Whether a ref is known to belong to another action. */
export type BelongsToOther = (ref: string) => Promise<boolean>;

export interface ChannelHealth {
  readonly ok: boolean;
  /** A text for an admin; empty when `ok`. */
  readonly detail: string;
}

/**
 * The port of every channel. `send` performs one action or throws: `RetryLater` (nobody must act) or `GiveUp` (an operator
 * must). After a crash it is called again with the same action. When a repeat would do the action twice (`isRepeatable` is
 * false), `findOutcome` is called first.
 */
export interface Channel {
  readonly id: string;
  readonly abilities: ReadonlySet<ActionKind>;
  start(receive: Receive): Promise<void>;
  stop(): Promise<void>;
  send(action: Action, key: string): Promise<ActionResult>;
  /** `afterMs`: time since the attempt. The other side detects duplicates for a limited time only. */
  isRepeatable(kind: ActionKind, afterMs: number): boolean;
  /**
   * Called only for actions that are not repeatable. `attemptedAt`: epoch ms of the first attempt whose outcome is unknown.
   */
  findOutcome(action: Action, attemptedAt: number, belongsToOther?: BelongsToOther): Promise<AttemptOutcome>;
  health(): ChannelHealth;
  /** Resolves when everything that the other side has announced is read. */
  settled?(): Promise<void>;
  /** Reads what may have changed without an event. Called every few minutes. */
  poll?(): Promise<void>;
  /**
   * Compares the stored state with the whole other side and reports every difference as a fact: every night, and when an
   * admin asks. Resolves when it has finished. After a crash it continues where it stopped.
   */
  reconcile?(why: 'nightly' | 'asked'): Promise<void>;
  /** The state of the connection, for the console and the metrics. Makes no calls. */
  connection?(): Connection;
  /** Checks every setting that an admin may have got wrong. Changes nothing and sends nothing. */
  checkUp?(): Promise<readonly Check[]>;
  /** The calls and the time that so many actions of each kind need. */
  forecast?(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast;
}

export const CHANNELS = Symbol('Channels');
