import type { FactKind, FactOf } from '../domain/fact.js';

/** One thing we hold otherwise than the corp has it. Empty: not there at all. */
export interface Drift {
  readonly kind: 'contact' | 'pair' | 'tag' | 'library' | 'group';
  /** An external_userid, a chat id, a tag's id. */
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface ContactDrift {
  readonly read: UnkeyedFact<'contact_read'>;
  readonly drift: readonly Drift[];
}

/** What one reading of some staff's customers covered. */
export interface ReadScope {
  readonly staff: readonly string[];
  /** The reads show every relation their contacts have, not only those to these staff. */
  readonly allRelations: boolean;
  readonly readAt: number;
}

/** What the product holds of the corp, to be held against a reading of it. Changes nothing. */
export interface CorpState {
  /** Resolves when everything told so far has been taken in: what is on its way would look like drift. */
  waitUntilApplied(): Promise<void>;
  libraryDrift(read: UnkeyedFact<'tag_library_read'>): Promise<readonly Drift[]>;
  /** The reads that say something new; `doubtful` are contacts of whom only a reading of all their relations can tell. */
  contactDrift(
    reads: readonly UnkeyedFact<'contact_read'>[],
    covered: ReadScope,
  ): Promise<{ readonly differing: readonly ContactDrift[]; readonly doubtful: readonly string[] }>;
  /** Contacts held with these staff who are not among `seen`. */
  missingContacts(covered: ReadScope, seen: ReadonlySet<string>): Promise<readonly string[]>;
  /** Staff whom contacts are held with and who are none of these. */
  otherStaffWithContacts(staff: readonly string[]): Promise<readonly string[]>;
  /** Contacts held with these staff, in order, after one. */
  contactsOwnedBy(staff: readonly string[], after: string, limit: number): Promise<readonly string[]>;
  /** Nothing when the reading adds nothing, or is too young to tell. `drift` may be empty: worth telling all the same. */
  groupDrift(read: UnkeyedFact<'group_read'>): Promise<{ readonly drift: readonly Drift[] } | undefined>;
  /** Chat ids of WeCom's groups that we take to be there, in order. */
  activeGroupIds(): Promise<readonly string[]>;
  /** What WeCom has warned of and not called off. */
  alarms(): Promise<readonly Alarm[]>;
}

export type RunReason = 'first' | 'started' | 'nightly' | 'asked';

/** Where a run has come to: a phase, and the last one of it that is through. */
export interface RunPosition {
  readonly phase: 'library' | 'contacts' | 'others' | 'groups' | 'unlisted';
  readonly after: string;
}

export interface ReconciliationRun {
  readonly id: number;
  readonly why: RunReason;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly position: RunPosition | null;
  readonly contacts: number;
  readonly groups: number;
}

/**
 * The record of runs. A run that a crash cut off is the one that goes on. Of several processes one has it: what the others
 * would note throws `RetryLater` (`compared_elsewhere`).
 */
export interface RunLog {
  /** The run that is not over yet, else a new one; the first of all is a first sync, whatever it was asked for. */
  begin(why: Exclude<RunReason, 'first'>, now: number): Promise<ReconciliationRun>;
  /** To be told again and again, or the run is taken for cut off after two minutes. */
  renewLease(run: number, now: number): Promise<void>;
  /** Another process may go on with it at once. */
  releaseLease(run: number): Promise<void>;
  /** Is a run through that ended no earlier? */
  hasFinishedSince(at: number): Promise<boolean>;
  saveProgress(
    run: number,
    position: RunPosition,
    counts: { readonly contacts: number; readonly groups: number },
  ): Promise<void>;
  recordDrift(run: number, drift: readonly Drift[], now: number): Promise<void>;
  /** It is tried again later, or (`over`) it is not. */
  recordFailure(run: number, problem: string, over: boolean, now: number): Promise<void>;
  finish(run: number, note: string, now: number): Promise<void>;
}

/** A fact that was read rather than told. WeCom has no name for it, so its key is made from what it says. */
export type UnkeyedFact<K extends FactKind> = Omit<FactOf<K>, 'key'>;

export interface Alarm {
  readonly alarm: string;
  /** Epoch ms. */
  readonly at: number;
}
