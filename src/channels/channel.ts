import type { Action, ActionKind } from '../domain/action.js';
import type { Fact } from '../domain/fact.js';
import type { Check, Connection, Forecast } from './connection.js';

/** What somebody said to the bot that is to be answered: an operator in the app, a member in a group or a DM. */
export interface CommandRequest {
  /** Unique for ever: the same words delivered twice are answered once. */
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly from:
    | { readonly kind: 'staff'; readonly staff: string }
    | { readonly kind: 'member'; readonly ids: { readonly externalUserId?: string; readonly chatContactId?: string } };
  /** Where the answer goes. */
  readonly replyTo:
    | { readonly kind: 'app' }
    /** A button was pressed on a card of ours; the code lets that card be changed, once, within 72 h. */
    | {
        readonly kind: 'card';
        readonly taskId: string;
        readonly responseCode: string;
        /** `button_interaction`, `vote_interaction` … */
        readonly cardType?: string;
        /** What was chosen on it, question by question. */
        readonly selected?: readonly { readonly question: string; readonly options: readonly string[] }[];
      }
    | { readonly kind: 'group'; readonly chatId: string; readonly mention: string }
    | { readonly kind: 'dm'; readonly chatContactId: string };
  readonly text: string;
}

export type Received =
  { readonly kind: 'fact'; readonly fact: Fact } | { readonly kind: 'command'; readonly command: CommandRequest };

/**
 * Hands what happened to the product. Resolves once it is durable (only then may the other side be told "received");
 * rejects with `RetryLater` when it could not be stored.
 */
export type Receive = (
  received: readonly Received[],
) => Promise<{ readonly accepted: number; readonly duplicates: number }>;

/**
 * How an attempt ended well. `ref` is the other side's name for it (a msgid); `result` what was learnt (join way, tag ids);
 * `facts` what must be told to the engine by the one road (a contact that was read).
 */
export interface ActionResult {
  readonly ref?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly facts?: readonly Fact[];
  /** Code of what it went without: a picture that could not be had in time. */
  readonly without?: string;
}

/** What a look at the other side says about an attempt whose outcome a crash or a time-out hid. */
export type AttemptOutcome =
  /** `alike`: names of others that may as well be it, for who knows which of them are somebody else's. */
  | { readonly outcome: 'done'; readonly done: ActionResult; readonly alike?: readonly string[] }
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unknown' };

export type BelongsToOther = (ref: string) => Promise<boolean>;

export interface ChannelHealth {
  readonly ok: boolean;
  /** For an admin, in words; empty when all is well. */
  readonly detail: string;
}

/**
 * The port every way to reach people implements. `send` performs one action or throws: `RetryLater` (nobody must act),
 * `GiveUp` (an operator must). It may be called again with the same action after a crash; an action that the other side
 * cannot be told twice (`repeatable` is false) is first put to `reconcile`.
 */
export interface Channel {
  readonly id: string;
  readonly abilities: ReadonlySet<ActionKind>;
  start(receive: Receive): Promise<void>;
  stop(): Promise<void>;
  send(action: Action, key: string): Promise<ActionResult>;
  /** `afterMs`: how long ago it was attempted. What the other side compares it knows for some time only. */
  isRepeatable(kind: ActionKind, afterMs: number): boolean;
  /**
   * Asked only for what is not repeatable. `attemptedAt`: epoch ms of the first attempt whose outcome is unknown; `isTaken`:
   * whether what has this name is known to be another action's.
   */
  findOutcome(action: Action, attemptedAt: number, isTaken?: BelongsToOther): Promise<AttemptOutcome>;
  health(): ChannelHealth;
  /** Looks again at what may have changed without our being told; called every few minutes. */
  poll?(): Promise<void>;
  /**
   * Holds what we know against the whole other side, and tells what differs as facts: every night, and when an admin asks.
   * Resolves when it is through; goes on where it stopped after a crash.
   */
  reconcile?(why: 'nightly' | 'asked'): Promise<void>;
  /** How the connection stands at this moment, for the console and the metrics. Asks nothing of the other side. */
  connection?(): Connection;
  /** Tries everything an admin may have set wrong, one after the other; changes nothing and writes to nobody. */
  checkUp?(): Promise<readonly Check[]>;
  /** What so many actions of each kind would cost, before anything is launched. */
  forecast?(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast;
}

export const CHANNELS = Symbol('Channels');
