import type { LocalizedText } from '../domain/localized-text.js';
import type { Check, Connection, Forecast } from '../channels/connection.js';
import type { ActionKind } from '../domain/action.js';

/** The part of the configuration that the console needs. */
export interface ConsoleSettings {
  readonly timeZone: string;
  readonly mode: 'live' | 'sandbox';
  readonly apiToken?: string | undefined;
  readonly adminPassword?: string | undefined;
  /** The address under which the product is reached from outside. */
  readonly publicUrl?: string | undefined;
  /** Folder of the built web app. */
  readonly webRoot: string;
  readonly demo?: DemoSettings | undefined;
}

/** Only in a demo. */
export interface DemoSettings {
  /** The sandbox's page. */
  readonly sandboxUrl: string;
  /** The year that the demo plays first, in epoch ms. */
  readonly year: { readonly from: number; readonly until: number };
}

/** The state of the channels. The console imports no channel. */
export interface ChannelList {
  list(): readonly ListedChannel[];
  /** Runs the doctor's checks on every channel that has some. */
  checkUp(): Promise<
    readonly { readonly id: string; readonly label: LocalizedText; readonly checks: readonly Check[] }[]
  >;
  /** The cost of so many actions, over all channels. */
  forecast(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast;
}

export interface ListedChannel {
  readonly id: string;
  readonly label: LocalizedText;
  readonly ok: boolean;
  readonly detail: string;
  /** Null for a channel without details. */
  readonly connection: Connection | null;
}

/** Starts a reconciliation with the corp. */
export type StartReconciliation = () => 'started' | 'under_way' | 'nothing_to_compare';

/** The jobs of the product that are stalled now, for how long and why. */
export type StalledJobs = () => Promise<
  readonly { readonly job: string; readonly forMs: number; readonly why: string }[]
>;

/** Runs the product's jobs. */
export interface WorkLoop {
  /** Does everything that is due; resolves when that is done. */
  drain(): Promise<void>;
  /** Reviews every member whose review of the day is due. */
  review(): Promise<{ readonly reviewed: number; readonly changed: number }>;
}

export const SETTINGS = Symbol('ConsoleSettings');
export const CHANNEL_LIST = Symbol('ChannelList');
export const WORK_LOOP = Symbol('WorkLoop');
export const STALLED_JOBS = Symbol('StalledJobs');
export const START_RECONCILIATION = Symbol('StartReconciliation');
