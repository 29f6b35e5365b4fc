import type { FactKind, FactOf } from '../domain/fact.js';

/** One difference between the stored state and the corp. An empty text means that the side does not have it. */
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

/** What one read of contacts covered. */
export interface ReadScope {
  readonly staff: readonly string[];
  /** The reads contain all relations of their contacts, not only those with these staff. */
  readonly allRelations: boolean;
  readonly readAt: number;
}

/** The stored state of the corp, which a reconciliation compares with a read. Read-only. */
export interface CorpState {
  /** Resolves when all received facts have been applied. A pending fact would look like drift. */
  waitUntilApplied(): Promise<void>;
  libraryDrift(read: UnkeyedFact<'tag_library_read'>): Promise<readonly Drift[]>;
  /** The reads that differ from the stored state. `doubtful` are contacts that need a read of all their relations. */
  contactDrift(
    reads: readonly UnkeyedFact<'contact_read'>[],
    covered: ReadScope,
  ): Promise<{ readonly differing: readonly ContactDrift[]; readonly doubtful: readonly string[] }>;
  /** Stored contacts of these staff that are not in `seen`. */
  missingContacts(covered: ReadScope, seen: ReadonlySet<string>): Promise<readonly string[]>;
  /** Staff who have stored contacts and are not in this list. */
  otherStaffWithContacts(staff: readonly string[]): Promise<readonly string[]>;
  /** Stored contacts of these staff, ordered by id, after `after`. */
  contactsOwnedBy(staff: readonly string[], after: string, limit: number): Promise<readonly string[]>;
  /** Undefined when the read changes nothing or is too recent. With an empty `drift` the read must still be reported. */
  groupDrift(read: UnkeyedFact<'group_read'>): Promise<{ readonly drift: readonly Drift[] } | undefined>;
  /** Ids of the customer groups that are not dismissed, ordered. */
  activeGroupIds(): Promise<readonly string[]>;
  /** Warnings of WeCom that it has not withdrawn. */
  alarms(): Promise<readonly Alarm[]>;
}

export type RunReason = 'first' | 'started' | 'nightly' | 'asked';

/** How far a run has come: its phase, and the last id of that phase that was compared. */
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
 * The log of runs. A run that a crash interrupted is continued. Only the process with the lease may write to a run; the
 * others get `RetryLater` (`compared_elsewhere`).
 */
export interface RunLog {
  /** Returns the open run, or a new one. The very first run is always `first`, whatever `why` says. */
  begin(why: Exclude<RunReason, 'first'>, now: number): Promise<ReconciliationRun>;
  /** Must be called regularly: the lease ends after two minutes. */
  renewLease(run: number, now: number): Promise<void>;
  /** Lets another process continue the run at once. */
  releaseLease(run: number): Promise<void>;
  /** Whether a run has finished at or after this time. */
  hasFinishedSince(at: number): Promise<boolean>;
  saveProgress(
    run: number,
    position: RunPosition,
    counts: { readonly contacts: number; readonly groups: number },
  ): Promise<void>;
  recordDrift(run: number, drift: readonly Drift[], now: number): Promise<void>;
  /** `over`: the run is given up; otherwise it is tried again. */
  recordFailure(run: number, problem: string, over: boolean, now: number): Promise<void>;
  finish(run: number, note: string, now: number): Promise<void>;
}

/** A fact from a read. WeCom gives it no id, so its key is made from its content. */
export type UnkeyedFact<K extends FactKind> = Omit<FactOf<K>, 'key'>;

export interface Alarm {
  readonly alarm: string;
  /** Epoch ms. */
  readonly at: number;
}
