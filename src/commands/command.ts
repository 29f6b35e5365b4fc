import type { Fact } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import type { Engine } from '../engine/engine.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import type { StoredRequest } from '../inbox/command-request.store.js';
import type { Question } from './open-question.store.js';

/** What a command may use. It reads freely; what it changes it gives back, to be written with the answer. */
export interface Invocation {
  readonly db: Database;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly request: StoredRequest;
  /** Who asks, when it is a member. */
  readonly member: MemberId | null;
  /** False for other staff, who may see and answer their own tasks. */
  readonly isOperator: boolean;
  /** What follows the command's name. */
  readonly argument: string;
  /** The member an operator has chosen or confirmed when the bot asked; null where the argument says whom. */
  readonly meant: MemberId | null;
}

export interface CommandAnswer {
  readonly text: string;
  /** Other words for the same, each for who was sent the words before it lately. */
  readonly again?: readonly string[];
  /** For the asker's eyes alone: who asks before the group gets it by direct message. */
  readonly isPrivate?: boolean;
  /** Addresses of ours in the text, which stay links. */
  readonly links?: readonly string[];
  /** The address of a picture that goes with the words, where the channel can. */
  readonly picture?: string;
  /** Taken in by the engine like any other fact. */
  readonly facts?: readonly Fact[];
  /** What is asked back; the next words of the same person may answer it. */
  readonly asks?: Question;
  /** Written in the transaction that records the answer; words it gives back are said instead of `text`. */
  readonly write?: (tx: Sql, now: number) => Promise<string | void>;
  /** Of what a member has a right to hear: it is said however often they were answered lately. */
  readonly mustBeGiven?: boolean;
}

/** One thing that may be said to the bot. Help, rights and the words to listen for come from here. */
export interface Command {
  /** The first is its name; any of them calls it. */
  readonly words: readonly string[];
  /** `staff`: operators too. */
  readonly role: 'operator' | 'staff' | 'member';
  /** `查 <姓名或 ID>` */
  readonly usage: string;
  readonly does: string;
  /** Whether something must follow the word. */
  readonly needsArgument: boolean;
  /** Whether something may follow it all the same. */
  readonly takesArgument?: boolean;
  /** Of one that changes something for the member it names: chosen from a list, it is done once. */
  readonly changes?: boolean;
  run(invocation: Invocation): Promise<CommandAnswer>;
}
