import { assertNever } from '../domain/assert-never.js';
import type { Fact } from '../domain/fact.js';
import type { ServiceMenu } from '../domain/action.js';
import type { LocalizedText } from '../domain/localized-text.js';
import type { MemberId, MoveId } from '../domain/ids.js';
import type { Engine } from '../engine/engine.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import type { StoredRequest } from '../inbox/command-request.store.js';
import type { Question } from './open-question.store.js';

/** What a command may use. It reads freely and returns its changes, which are written together with the answer. */
export interface Invocation {
  readonly db: Database;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly timeZone: string;
  /** Chinese in every place but the member's page, which has the language of the browser. */
  readonly language: keyof LocalizedText;
  readonly request: StoredRequest;
  /** The member who asks; null when staff ask, or somebody who is not stored as a member. */
  readonly member: MemberId | null;
  /** False for other staff, who may see and answer their own tasks. */
  readonly isOperator: boolean;
  /** The text after the command's word. */
  readonly argument: string;
  /** The member whom the operator chose or confirmed when the bot asked; null when `argument` names the member. */
  readonly chosen: MemberId | null;
  /** The move that the operator confirmed to take back; null for all else. */
  readonly confirmedMove: MoveId | null;
}

export interface CommandAnswer {
  readonly text: string;
  /** Other wordings. Each is used when the asker was sent the one before it a short time ago. */
  readonly alternatives?: readonly string[];
  /** Only the asker may read it: when asked in a group, it is sent as a direct message. */
  readonly isPrivate?: boolean;
  /** URLs of the console in the text, which are sent as links. */
  readonly links?: readonly string[];
  /** URL of a picture to send with the text, if the channel can. */
  readonly picture?: string;
  /** Applied by the engine like any other fact. */
  readonly facts?: readonly Fact[];
  /** The question that the text asks; the next message of the same person may answer it. */
  readonly asks?: Question;
  /** Runs in the transaction that records the answer. A text that it returns is sent instead of `text`. */
  readonly write?: (tx: Sql, now: number) => Promise<string | WrittenAnswer | void>;
  /** Choices to tap, where the place has menus. */
  readonly menu?: ServiceMenu;
  /** Customer service: the text goes with the hand-over to a person, because the bot may not write after it. */
  readonly handsOver?: boolean;
  /** A member has a right to this answer: their own interval delays it instead of dropping it. */
  readonly mustBeGiven?: boolean;
}

/** Where members reach the bot: customer service, their page, a direct message or a group of the chat account. */
export type MemberPlace = 'kf' | 'page' | 'chat_dm' | 'chat_group';

/** An answer that is known only while it is written. `move`: the move whose invitation it carries. */
export interface WrittenAnswer extends Pick<CommandAnswer, 'text' | 'picture' | 'menu' | 'asks'> {
  readonly move?: MoveId;
}

/** One command of the bot. Help, rights and the words that call it come from here. */
export interface Command {
  /** Any of them calls the command; the first is its name. */
  readonly words: readonly string[];
  /** `staff` includes operators. */
  readonly role: 'operator' | 'staff' | 'member';
  /** `查 <姓名或 ID>` */
  readonly usage: string;
  readonly does: string;
  /** An argument must follow the word. */
  readonly needsArgument: boolean;
  /** An argument may follow the word. */
  readonly takesArgument?: boolean;
  /** The command changes something for the member it names: choosing one from a list closes the list. */
  readonly changes?: boolean;
  run(invocation: Invocation): Promise<CommandAnswer>;
}

/** A command of members: one definition for every place in which it can be given. */
export interface MemberCommand extends Command {
  readonly role: 'member';
  /** `[a-z_]`. Stands in menus that members tap weeks later and in keys of stored requests, so it never changes. */
  readonly id: string;
  readonly where: readonly MemberPlace[];
  /** The member's own words go into a task, so they are deleted from the request. */
  readonly forgetsWords?: boolean;
}

export const EVERYWHERE: readonly MemberPlace[] = ['kf', 'page', 'chat_dm', 'chat_group'];

/** Whether the words are deleted from the request: only when a fact has them. Those of somebody unknown reach nobody. */
export const forgetsWords = (command: Command | MemberCommand, { facts }: CommandAnswer): boolean =>
  'forgetsWords' in command && command.forgetsWords === true && facts !== undefined;

/** Says how to change it back, where a word can be written. The page shows its choices instead. */
export const withReplyHint = ({ request, language }: Invocation, text: LocalizedText, hint: string): string =>
  request.replyTo.kind === 'page' ? text[language] : `${text.zh}${hint}`;

/** The place in which a member asks; null for staff. */
export function memberPlaceOf({ replyTo }: Pick<StoredRequest, 'replyTo'>): MemberPlace | null {
  switch (replyTo.kind) {
    case 'kf':
      return 'kf';
    case 'page':
      return 'page';
    case 'dm':
      return 'chat_dm';
    case 'group':
      return 'chat_group';
    case 'app':
    case 'card':
      return null;
    default:
      return assertNever(replyTo);
  }
}
