import { HOUR } from '../../calendar.js';
import type { Person } from '../person.js';
import type { KfAccount } from './kf-account.js';

/** Contract §6: 48 h after the customer's last message nothing can be sent and the session is over. */
export const WINDOW = 48 * HOUR;
/** Contract §4: messages after each message of the customer. */
export const PER_MESSAGE = 5;

/** 0 new, 1 the app, 2 queue, 3 a person, 4 ended or never written to. */
export type KfState = 0 | 1 | 2 | 3 | 4;

/** Where a customer came from when they opened the chat. */
export interface KfEntry {
  readonly at: number;
  readonly scene: string;
  readonly sceneParam: string;
  readonly channels: Readonly<Record<string, string | number>> | undefined;
}

/** What a servicer is to recommend to the customer by hand (升级服务). */
export interface KfUpgrade {
  readonly type: 1 | 2;
  /** A userid or a chat_id. */
  readonly target: string;
  readonly wording: string;
}

/** What one account and one customer are to each other. */
export interface KfSession {
  readonly account: KfAccount;
  readonly person: Person;
  /** As of the last change; `stateOf` knows whether the session is over by now. */
  state: KfState;
  servicer: string | undefined;
  /** Who served before, for re-opening. */
  lastServicer: string | undefined;
  /** Undefined: has never written. */
  lastWroteAt: number | undefined;
  /** Messages the app may still send. */
  left: number;
  welcomedAt: number | undefined;
  lastEntry: KfEntry | undefined;
  /** The customer refuses the account's messages. No event says so. */
  refuses: boolean;
  /** A servicer rejects the customer's messages. */
  rejected: boolean;
  upgrade: KfUpgrade | undefined;
  /** States of this session whose msg_code was given: only the first change to each has one. */
  readonly coded: Set<KfState>;
}

/** Sessions end by the clock without an event. */
export const stateOf = ({ state, lastWroteAt }: KfSession, now: number): KfState =>
  lastWroteAt === undefined || now - lastWroteAt > WINDOW ? 4 : state;

export const isOpen = ({ lastWroteAt }: KfSession, now: number): boolean =>
  lastWroteAt !== undefined && now - lastWroteAt <= WINDOW;
