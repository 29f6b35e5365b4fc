import type { LocalizedText } from '../domain/localized-text.js';
import type { Check, Connection, Forecast } from '../channels/connection.js';
import type { ActionKind } from '../domain/action.js';

/** What the console must know of the configuration. */
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

/** Only where a pretend corp is played with. */
export interface DemoSettings {
  /** The pretend corp's own page. */
  readonly sandboxUrl: string;
  /** The year that is played first, in epoch ms. */
  readonly year: { readonly from: number; readonly until: number };
}

/** The channels' health; the console knows no channel itself. */
export interface ChannelList {
  list(): readonly ListedChannel[];
  /** Puts the doctor's questions to every channel that can answer them. */
  checkUp(): Promise<
    readonly { readonly id: string; readonly label: LocalizedText; readonly checks: readonly Check[] }[]
  >;
  /** What so many actions would cost, all channels together. */
  forecast(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast;
}

export interface ListedChannel {
  readonly id: string;
  readonly label: LocalizedText;
  readonly ok: boolean;
  readonly detail: string;
  /** Null for a channel that has nothing more to tell. */
  readonly connection: Connection | null;
}

/** Begins to hold all we know against the other side. */
export type Compare = () => 'started' | 'under_way' | 'nothing_to_compare';

/** The jobs of the product that are stalled now, for how long and why. */
export type StalledJobs = () => Promise<
  readonly { readonly job: string; readonly forMs: number; readonly why: string }[]
>;

/** Runs the product's jobs. */
export interface WorkLoop {
  /** Takes in what is pending; resolves when that is done. */
  drain(): Promise<void>;
  /** Looks at every member whose day has not been looked at. */
  review(): Promise<{ readonly reviewed: number; readonly changed: number }>;
}

export const SETTINGS = Symbol('ConsoleSettings');
export const CHANNEL_LIST = Symbol('ChannelList');
export const WORK_LOOP = Symbol('WorkLoop');
export const STALLED_JOBS = Symbol('StalledJobs');
export const COMPARE = Symbol('Compare');
