import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Fact } from '../../../domain/fact.js';
import type { Clock } from '../../../platform/clock.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { Receive } from '../../channel.js';
import type { Connection } from '../../connection.js';
import type {
  ContactDrift,
  Drift,
  CorpState,
  RunPosition,
  ReconciliationRun,
  RunLog,
  UnkeyedFact,
} from '../../reconciliation.js';
import {
  batchGetByUser,
  getFollowUserList,
  hasResigned,
  type ContactsOfStaff,
  type Profile,
} from '../client/contacts.js';
import { listGroups, type ListedGroup } from '../client/groups.js';
import { reportSkipped, collectSkipped, type SkippedPart } from '../client/skipped-parts.js';
import { UNREADABLE, type WecomApi } from '../client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { readWholeContact, readWholeGroup } from './read-one.js';
import { withRunKey } from './read-key.js';
import { readLibrary } from '../actions/tag-library.js';

/** As many as one call takes (contract §4.4). */
const STAFF_AT_ONCE = 100;
const FACTS_AT_ONCE = 200;
const ODDITIES_SHOWN = 5;
/** Number of single reads that are reported and saved together. */
const READS_AT_ONCE = 25;
/** An expired cursor (50100) restarts the chunk, at most this many times in a row. */
const MOST_RESTARTS = 3;

const phases: readonly RunPosition['phase'][] = ['library', 'contacts', 'others', 'groups', 'unlisted'];
/** The progress at the start of each phase, by its usual duration. */
const shareAtStart: Readonly<Record<RunPosition['phase'], number>> = {
  library: 0,
  contacts: 0.02,
  others: 0.6,
  groups: 0.62,
  unlisted: 0.98,
};
const titles: Readonly<Record<RunPosition['phase'], LocalizedText>> = {
  library: { zh: '核对标签库', en: 'Comparing the tag library' },
  contacts: { zh: '核对客户', en: 'Comparing contacts' },
  others: { zh: '核对离职员工的客户', en: 'Comparing contacts of staff who left' },
  groups: { zh: '核对客户群', en: 'Comparing groups' },
  unlisted: { zh: '核对没有列出的群', en: 'Comparing groups that are not listed' },
};

export interface ReconciliationDeps {
  readonly api: WecomApi;
  readonly clock: Clock;
  readonly corpState: CorpState;
  readonly runLog: RunLog;
  readonly receive: Receive;
  readonly staffAtOnce?: number;
}

type Progress = Pick<NonNullable<Connection['comparing']>, 'share' | 'at'>;

/**
 * Compares the whole corp with the stored state and reports the differences: the contacts from before the installation, and
 * the changes of lost callbacks. Continues at the position of the run, so a crash costs one chunk.
 */
export class Reconciliation {
  private contacts: number;
  private groups: number;
  private readonly unlicensed = new Set<string>();
  private readonly staffOutOfScope = new Set<string>();
  private groupsOutOfScope = 0;
  private staff: readonly string[] | undefined;
  private listedGroups: readonly ListedGroup[] | undefined;

  constructor(
    private readonly deps: ReconciliationDeps,
    private readonly run: ReconciliationRun,
    private readonly progress: (progress: Progress) => void,
  ) {
    this.contacts = run.contacts;
    this.groups = run.groups;
  }

  /** Returns a note for the admin about a finished run; empty when there is none. */
  async compareAll(): Promise<string> {
    const { value: note, skipped } = await collectSkipped(() => this.runPhases());
    return [note, skippedNote(skipped)].filter((part) => part !== '').join('；');
  }

  private async runPhases(): Promise<string> {
    const { position } = this.run;
    const from = position ? phases.indexOf(position.phase) : 0;
    for (const [index, phase] of phases.entries()) {
      if (index < from) continue;
      this.showProgress(phase, 0);
      await this.runPhase(phase, index === from ? (position?.after ?? '') : '');
      const next = phases[index + 1];
      if (next) await this.saveProgress({ phase: next, after: '' });
    }
    return [
      noteOf(this.unlicensed, '名员工没有互通账号许可，读不到他们的客户'),
      noteOf(this.staffOutOfScope, '名员工不在应用可见范围内或没有客户联系权限，他们的客户没有核对'),
      this.groupsOutOfScope === 0 ? '' : `${this.groupsOutOfScope} 个客户群的群主不在应用可见范围内，没有核对`,
    ]
      .filter((note) => note !== '')
      .join('；');
  }

  private async runPhase(phase: RunPosition['phase'], after: string): Promise<void> {
    switch (phase) {
      case 'library':
        return this.compareLibrary();
      case 'contacts':
        return this.compareContacts(after);
      case 'others':
        return this.compareContactsOfOthers(after);
      case 'groups':
        return this.compareGroups(after);
      case 'unlisted':
        return this.compareUnlistedGroups(after);
    }
  }

  private async compareLibrary(): Promise<void> {
    const { api, clock, corpState } = this.deps;
    const readAt = clock.now();
    const { groups, isPartial } = await readLibrary(api);
    const read: UnkeyedFact<'tag_library_read'> = {
      kind: 'tag_library_read',
      at: readAt,
      member: {},
      data: {
        readAt,
        ...(isPartial ? { partial: true } : {}),
        groups: groups.map((group) => ({ ...group, tags: [...group.tags] })),
      },
    };
    await corpState.waitUntilApplied();
    const drift = await corpState.libraryDrift(read);
    if (drift.length > 0) await this.report(drift, [withRunKey(this.run.id, 'library', read)]);
  }

  private async compareContacts(after: string): Promise<void> {
    const staff = await this.followers();
    const atOnce = this.deps.staffAtOnce ?? STAFF_AT_ONCE;
    const left = staff.filter((userid) => userid > after);
    for (let from = 0; from < left.length; from += atOnce) {
      const chunk = left.slice(from, from + atOnce);
      const done = staff.length - left.length + from;
      this.showProgress('contacts', done / staff.length);
      await this.compareChunk(chunk, chunk.length === staff.length, (contacts) => {
        // The number of pages is unknown, so this only shows that the run advances.
        const within = contacts / (contacts + 5_000);
        this.showProgress('contacts', (done + within * chunk.length) / staff.length);
      });
      await this.saveProgress({ phase: 'contacts', after: chunk.at(-1)! });
    }
  }

  private async compareChunk(
    chunk: readonly string[],
    isAll: boolean,
    onPage: (contacts: number) => void,
  ): Promise<void> {
    const { api, clock, corpState } = this.deps;
    // The time of a read is its start: callbacks after that are newer.
    const readAt = clock.now();
    const { value, skipped } = await collectSkipped(() => readContactsWithRestarts(api, chunk, onPage));
    const { contacts, unlicensed } = value;
    for (const userid of unlicensed) this.unlicensed.add(userid);
    const read = chunk.filter((userid) => !unlicensed.includes(userid));
    // A skipped row may be any contact, so the pages do not show who is missing.
    const whole = isAll && unlicensed.length === 0 && skipped.length === 0;
    const of = whole ? undefined : skipped.length === 0 ? read : [];
    const found = new Map<string, { profile: Profile; follows: ReturnType<typeof followOf>[] }>();
    for (const { external_contact: profile, follow_info: row } of contacts) {
      const known = found.get(profile.external_userid) ?? { profile, follows: [] };
      known.follows.push(followOf(row, row.tag_id, readAt));
      found.set(profile.external_userid, known);
    }
    await corpState.waitUntilApplied();
    const covered = { staff: read, allRelations: whole, readAt };
    const unseen = await corpState.missingContacts(covered, new Set(found.keys()));
    const reads = [...found].map(([id, { profile, follows }]) =>
      contactRead({ externalUserId: id, profile, follows, readAt, of }),
    );
    const { differing, doubtful } = await corpState.contactDrift(
      reads,
      skipped.length === 0 ? covered : { ...covered, staff: [] },
    );
    this.contacts += found.size;
    await this.reportContacts(differing);
    // A page may be incomplete, so each missing contact is read by itself.
    await this.readOneByOne([...doubtful, ...unseen]);
  }

  /**
   * Reads the customers of staff who left, whom no page lists. Staff who are only outside the scope of the app keep their
   * customers: WeCom refuses each call (contract §4.9), which ends one pair at a time, while this would end all pairs after an
   * admin narrowed the scope.
   */
  private async compareContactsOfOthers(after: string): Promise<void> {
    const { api, corpState } = this.deps;
    await corpState.waitUntilApplied();
    const gone: string[] = [];
    for (const userid of await corpState.otherStaffWithContacts(await this.followers()))
      if (await hasResigned(api, userid)) gone.push(userid);
      else this.staffOutOfScope.add(userid);
    for (let at = after; ;) {
      await corpState.waitUntilApplied();
      const ids = await corpState.contactsOwnedBy(gone, at, READS_AT_ONCE);
      const last = ids.at(-1);
      if (last === undefined) return;
      await this.readOneByOne(ids);
      await this.saveProgress({ phase: 'others', after: last });
      at = last;
    }
  }

  private async readOneByOne(ids: readonly string[]): Promise<void> {
    const { api, clock, corpState } = this.deps;
    for (let from = 0; from < ids.length; from += READS_AT_ONCE) {
      const readAt = clock.now();
      const reads = await Promise.all(
        ids.slice(from, from + READS_AT_ONCE).map((id) => undefinedIfUnreadable(readWholeContact(api, clock, id))),
      );
      const read = reads.filter((one) => one !== undefined);
      for (const [covered, some] of [
        [{ staff: [], allRelations: true, readAt }, read.filter(({ data }) => data.of === undefined)],
        [{ staff: [], allRelations: false, readAt }, read.filter(({ data }) => data.of !== undefined)],
      ] as const) {
        const { differing } = await corpState.contactDrift(some, covered);
        await this.reportContacts(differing);
      }
    }
  }

  private async compareGroups(after: string): Promise<void> {
    const listed = [...(await this.groupList())].sort((a, b) => (a.chatId < b.chatId ? -1 : 1));
    const left = listed.filter((group) => group.chatId > after);
    for (let from = 0; from < left.length; from += READS_AT_ONCE) {
      const chunk = left.slice(from, from + READS_AT_ONCE);
      this.showProgress('groups', (listed.length - left.length + from) / listed.length);
      await this.readGroups(chunk);
      this.groups += chunk.length;
      await this.saveProgress({ phase: 'groups', after: chunk.at(-1)!.chatId });
    }
  }

  private async compareUnlistedGroups(after: string): Promise<void> {
    const listed = new Set((await this.groupList()).map((group) => group.chatId));
    await this.deps.corpState.waitUntilApplied();
    const left = (await this.deps.corpState.activeGroupIds()).filter((chatId) => !listed.has(chatId) && chatId > after);
    for (let from = 0; from < left.length; from += READS_AT_ONCE) {
      const chunk = left.slice(from, from + READS_AT_ONCE);
      await this.readGroups(chunk.map((chatId) => ({ chatId })));
      await this.saveProgress({ phase: 'unlisted', after: chunk.at(-1)! });
    }
  }

  private async readGroups(groups: readonly { readonly chatId: string; readonly status?: number }[]): Promise<void> {
    const { api, clock, corpState } = this.deps;
    const reads = await Promise.all(
      groups.map(({ chatId, status }) =>
        undefinedIfUnreadable(readWholeGroup(api, clock, chatId, status)).catch((cause: unknown) => {
          // 60011: the owner is outside the scope of the app. Neither the group nor the run ends.
          if (!(cause instanceof GiveUp) || cause.code !== 'no_permission') throw cause;
          this.groupsOutOfScope += 1;
          return undefined;
        }),
      ),
    );
    await corpState.waitUntilApplied();
    const drift: Drift[] = [];
    const facts: Fact[] = [];
    for (const read of reads) {
      const differs = read && (await corpState.groupDrift(read));
      if (!differs) continue;
      drift.push(...differs.drift);
      facts.push(withRunKey(this.run.id, read.data.chatId, read));
    }
    await this.report(drift, facts);
  }

  private reportContacts(differing: readonly ContactDrift[]): Promise<void> {
    return this.report(
      differing.flatMap(({ drift }) => drift),
      differing.map(({ read }) => withRunKey(this.run.id, read.member.externalUserId ?? '', read)),
    );
  }

  /** Stores the drift first, then the facts that correct it: after a crash in between it is found again. */
  private async report(drift: readonly Drift[], facts: readonly Fact[]): Promise<void> {
    // In a first sync everything is new, so there is no drift.
    if (this.run.why !== 'first' && drift.length > 0)
      await this.deps.runLog.recordDrift(this.run.id, drift, this.deps.clock.now());
    for (let from = 0; from < facts.length; from += FACTS_AT_ONCE)
      await this.deps.receive(facts.slice(from, from + FACTS_AT_ONCE).map((fact) => ({ kind: 'fact', fact })));
  }

  private saveProgress(position: RunPosition): Promise<void> {
    return this.deps.runLog.saveProgress(this.run.id, position, { contacts: this.contacts, groups: this.groups });
  }

  private showProgress(phase: RunPosition['phase'], within: number): void {
    const next = phases[phases.indexOf(phase) + 1];
    const span = (next ? shareAtStart[next] : 1) - shareAtStart[phase];
    this.progress({ share: shareAtStart[phase] + span * Math.min(1, within), at: titles[phase] });
  }

  private async followers(): Promise<readonly string[]> {
    this.staff ??= [...new Set(await getFollowUserList(this.deps.api))].sort((a, b) => (a < b ? -1 : 1));
    return this.staff;
  }

  private async groupList(): Promise<readonly ListedGroup[]> {
    this.listedGroups ??= await listGroups(this.deps.api, await this.followers());
    return this.listedGroups;
  }
}

const noteOf = (staff: ReadonlySet<string>, what: string): string =>
  staff.size === 0 ? '' : `${staff.size} ${what}：${[...staff].slice(0, 20).join('、')}`;

/** Undefined when the answer cannot be read, so that the other reads continue. */
async function undefinedIfUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof RetryLater) || cause.code !== UNREADABLE) throw cause;
    reportSkipped(cause.message);
    return undefined;
  }
}

/** The skipped parts by their place, for an admin to show to the developers. */
function skippedNote(skipped: readonly SkippedPart[]): string {
  if (skipped.length === 0) return '';
  const places = [...new Set(skipped.map(({ endpoint, where }) => `${endpoint} ${where}`.trim()))];
  const shown = places.slice(0, ODDITIES_SHOWN).join('、');
  return `企业微信的回答里有 ${skipped.length} 处读不懂，已跳过，其余照常读取：${shown}${places.length > ODDITIES_SHOWN ? ' 等' : ''}`;
}

async function readContactsWithRestarts(
  api: WecomApi,
  staff: readonly string[],
  onPage: (contacts: number) => void,
): Promise<ContactsOfStaff> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await batchGetByUser(api, staff, onPage);
    } catch (cause) {
      if (!(cause instanceof RetryLater) || cause.code !== 'bad_cursor' || restarts >= MOST_RESTARTS) throw cause;
    }
  }
}
