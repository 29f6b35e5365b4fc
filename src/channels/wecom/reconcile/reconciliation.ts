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
import { leaveOut, withLeftOut, type LeftOut } from '../client/left-out.js';
import { UNREADABLE, type WecomApi } from '../client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { readWholeContact, readWholeGroup } from './read-one.js';
import { withRunKey } from './read-key.js';
import { readLibrary } from '../actions/tag-library.js';

/** As many as one call takes (contract §4.4). */
const STAFF_AT_ONCE = 100;
const FACTS_AT_ONCE = 200;
const ODDITIES_SHOWN = 5;
/** Read one by one, as many as are then told and noted together. */
const ONE_BY_ONE = 25;
/** A cursor that WeCom does not take any more (50100) makes the chunk begin again, so many times in a row. */
const MOST_RESTARTS = 3;

const phases: readonly RunPosition['phase'][] = ['library', 'contacts', 'others', 'groups', 'unlisted'];
/** How far a run is when a phase begins, by what takes the time. */
const begins: Readonly<Record<RunPosition['phase'], number>> = {
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

export interface CorpReader {
  readonly api: WecomApi;
  readonly clock: Clock;
  readonly known: CorpState;
  readonly runs: RunLog;
  readonly receive: Receive;
  readonly staffAtOnce?: number;
}

type Progress = Pick<NonNullable<Connection['comparing']>, 'share' | 'at'>;

/**
 * Holds the whole corp against what we hold, and tells what differs: everybody the corp had before the product came, and
 * whatever callbacks were lost since. Goes on from the run's position, so that a crash costs one chunk.
 */
export class Reconciliation {
  private contacts: number;
  private groups: number;
  private readonly unlicensed = new Set<string>();
  private readonly outOfSight = new Set<string>();
  private groupsOutOfSight = 0;
  private staff: readonly string[] | undefined;
  private listed: readonly ListedGroup[] | undefined;

  constructor(
    private readonly on: CorpReader,
    private readonly run: ReconciliationRun,
    private readonly progress: (progress: Progress) => void,
  ) {
    this.contacts = run.contacts;
    this.groups = run.groups;
  }

  /** Answers what an admin should know of a run that went through; empty when there is nothing. */
  async go(): Promise<string> {
    const { value: note, leftOut } = await withLeftOut(() => this.walkAll());
    return [note, oddities(leftOut)].filter((part) => part !== '').join('；');
  }

  private async walkAll(): Promise<string> {
    const { position } = this.run;
    const from = position ? phases.indexOf(position.phase) : 0;
    for (const [index, phase] of phases.entries()) {
      if (index < from) continue;
      this.tellProgress(phase, 0);
      await this.walk(phase, index === from ? (position?.after ?? '') : '');
      const next = phases[index + 1];
      if (next) await this.reached({ phase: next, after: '' });
    }
    return [
      noteOf(this.unlicensed, '名员工没有互通账号许可，读不到他们的客户'),
      noteOf(this.outOfSight, '名员工不在应用可见范围内或没有客户联系权限，他们的客户没有核对'),
      this.groupsOutOfSight === 0 ? '' : `${this.groupsOutOfSight} 个客户群的群主不在应用可见范围内，没有核对`,
    ]
      .filter((note) => note !== '')
      .join('；');
  }

  private async walk(phase: RunPosition['phase'], after: string): Promise<void> {
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
    const { api, clock, known } = this.on;
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
    await known.waitUntilApplied();
    const drift = await known.libraryDrift(read);
    if (drift.length > 0) await this.tell(drift, [withRunKey(this.run.id, 'library', read)]);
  }

  private async compareContacts(after: string): Promise<void> {
    const staff = await this.followers();
    const atOnce = this.on.staffAtOnce ?? STAFF_AT_ONCE;
    const left = staff.filter((userid) => userid > after);
    for (let from = 0; from < left.length; from += atOnce) {
      const chunk = left.slice(from, from + atOnce);
      const done = staff.length - left.length + from;
      this.tellProgress('contacts', done / staff.length);
      await this.compareChunk(chunk, chunk.length === staff.length, (contacts) => {
        // How many pages there are is not told; what was read so far at least moves.
        const within = contacts / (contacts + 5_000);
        this.tellProgress('contacts', (done + within * chunk.length) / staff.length);
      });
      await this.reached({ phase: 'contacts', after: chunk.at(-1)! });
    }
  }

  private async compareChunk(
    chunk: readonly string[],
    isAll: boolean,
    onPage: (contacts: number) => void,
  ): Promise<void> {
    const { api, clock, known } = this.on;
    // A read is of the moment it began: what a callback says from then on is newer.
    const readAt = clock.now();
    const { value, leftOut } = await withLeftOut(() => readFromTheStart(api, chunk, onPage));
    const { contacts, unlicensed } = value;
    for (const userid of unlicensed) this.unlicensed.add(userid);
    const read = chunk.filter((userid) => !unlicensed.includes(userid));
    // A row that could not be read may be anybody's: then a page shows who is there, and nobody is missed because of it.
    const whole = isAll && unlicensed.length === 0 && leftOut.length === 0;
    const of = whole ? undefined : leftOut.length === 0 ? read : [];
    const found = new Map<string, { profile: Profile; follows: ReturnType<typeof followOf>[] }>();
    for (const { external_contact: profile, follow_info: row } of contacts) {
      const known = found.get(profile.external_userid) ?? { profile, follows: [] };
      known.follows.push(followOf(row, row.tag_id, readAt));
      found.set(profile.external_userid, known);
    }
    await known.waitUntilApplied();
    const covered = { staff: read, allRelations: whole, readAt };
    const unseen = await known.missingContacts(covered, new Set(found.keys()));
    const reads = [...found].map(([id, { profile, follows }]) => contactRead(id, profile, follows, readAt, of));
    const { differing, doubtful } = await known.contactDrift(
      reads,
      leftOut.length === 0 ? covered : { ...covered, staff: [] },
    );
    this.contacts += found.size;
    await this.tellContacts(differing);
    // Nobody is lost because of a page that came short: WeCom is asked for each of them.
    await this.readOneByOne([...doubtful, ...unseen]);
  }

  /**
   * Customers of those who left: nobody's page shows them. Who is only out of the app's sight still has theirs: WeCom refuses
   * them call by call (contract §4.9), which ends pair by pair, and here it would end a whole scope that an admin narrowed.
   */
  private async compareContactsOfOthers(after: string): Promise<void> {
    const { api, known } = this.on;
    await known.waitUntilApplied();
    const gone: string[] = [];
    for (const userid of await known.otherStaffWithContacts(await this.followers()))
      if (await hasResigned(api, userid)) gone.push(userid);
      else this.outOfSight.add(userid);
    for (let at = after; ;) {
      await known.waitUntilApplied();
      const ids = await known.contactsOwnedBy(gone, at, ONE_BY_ONE);
      const last = ids.at(-1);
      if (last === undefined) return;
      await this.readOneByOne(ids);
      await this.reached({ phase: 'others', after: last });
      at = last;
    }
  }

  private async readOneByOne(ids: readonly string[]): Promise<void> {
    const { api, clock, known } = this.on;
    for (let from = 0; from < ids.length; from += ONE_BY_ONE) {
      const readAt = clock.now();
      const reads = await Promise.all(
        ids.slice(from, from + ONE_BY_ONE).map((id) => unlessUnreadable(readWholeContact(api, clock, id))),
      );
      const read = reads.filter((one) => one !== undefined);
      for (const [covered, some] of [
        [{ staff: [], allRelations: true, readAt }, read.filter(({ data }) => data.of === undefined)],
        [{ staff: [], allRelations: false, readAt }, read.filter(({ data }) => data.of !== undefined)],
      ] as const) {
        const { differing } = await known.contactDrift(some, covered);
        await this.tellContacts(differing);
      }
    }
  }

  private async compareGroups(after: string): Promise<void> {
    const listed = [...(await this.groupList())].sort((a, b) => (a.chatId < b.chatId ? -1 : 1));
    const left = listed.filter((group) => group.chatId > after);
    for (let from = 0; from < left.length; from += ONE_BY_ONE) {
      const chunk = left.slice(from, from + ONE_BY_ONE);
      this.tellProgress('groups', (listed.length - left.length + from) / listed.length);
      await this.readGroups(chunk);
      this.groups += chunk.length;
      await this.reached({ phase: 'groups', after: chunk.at(-1)!.chatId });
    }
  }

  private async compareUnlistedGroups(after: string): Promise<void> {
    const listed = new Set((await this.groupList()).map((group) => group.chatId));
    await this.on.known.waitUntilApplied();
    const left = (await this.on.known.activeGroupIds()).filter((chatId) => !listed.has(chatId) && chatId > after);
    for (let from = 0; from < left.length; from += ONE_BY_ONE) {
      const chunk = left.slice(from, from + ONE_BY_ONE);
      await this.readGroups(chunk.map((chatId) => ({ chatId })));
      await this.reached({ phase: 'unlisted', after: chunk.at(-1)! });
    }
  }

  private async readGroups(groups: readonly { readonly chatId: string; readonly status?: number }[]): Promise<void> {
    const { api, clock, known } = this.on;
    const reads = await Promise.all(
      groups.map(({ chatId, status }) =>
        unlessUnreadable(readWholeGroup(api, clock, chatId, status)).catch((cause: unknown) => {
          // 60011: its owner is out of the app's scope. That ends neither the group nor the comparison.
          if (!(cause instanceof GiveUp) || cause.code !== 'no_permission') throw cause;
          this.groupsOutOfSight += 1;
          return undefined;
        }),
      ),
    );
    await known.waitUntilApplied();
    const drift: Drift[] = [];
    const facts: Fact[] = [];
    for (const read of reads) {
      const differs = read && (await known.groupDrift(read));
      if (!differs) continue;
      drift.push(...differs.drift);
      facts.push(withRunKey(this.run.id, read.data.chatId, read));
    }
    await this.tell(drift, facts);
  }

  private tellContacts(differing: readonly ContactDrift[]): Promise<void> {
    return this.tell(
      differing.flatMap(({ drift }) => drift),
      differing.map(({ read }) => withRunKey(this.run.id, read.member.externalUserId ?? '', read)),
    );
  }

  /** First what was found, then the facts that put it right: after a crash between the two it is found again. */
  private async tell(drift: readonly Drift[], facts: readonly Fact[]): Promise<void> {
    // In a first sync everything is new, and nothing was missed.
    if (this.run.why !== 'first' && drift.length > 0)
      await this.on.runs.recordDrift(this.run.id, drift, this.on.clock.now());
    for (let from = 0; from < facts.length; from += FACTS_AT_ONCE)
      await this.on.receive(facts.slice(from, from + FACTS_AT_ONCE).map((fact) => ({ kind: 'fact', fact })));
  }

  private reached(position: RunPosition): Promise<void> {
    return this.on.runs.saveProgress(this.run.id, position, { contacts: this.contacts, groups: this.groups });
  }

  private tellProgress(phase: RunPosition['phase'], within: number): void {
    const next = phases[phases.indexOf(phase) + 1];
    const span = (next ? begins[next] : 1) - begins[phase];
    this.progress({ share: begins[phase] + span * Math.min(1, within), at: titles[phase] });
  }

  private async followers(): Promise<readonly string[]> {
    this.staff ??= [...new Set(await getFollowUserList(this.on.api))].sort((a, b) => (a < b ? -1 : 1));
    return this.staff;
  }

  private async groupList(): Promise<readonly ListedGroup[]> {
    this.listed ??= await listGroups(this.on.api, await this.followers());
    return this.listed;
  }
}

const noteOf = (staff: ReadonlySet<string>, what: string): string =>
  staff.size === 0 ? '' : `${staff.size} ${what}：${[...staff].slice(0, 20).join('、')}`;

/** Nothing of one whose answer says nothing: the others are read all the same. */
async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof RetryLater) || cause.code !== UNREADABLE) throw cause;
    leaveOut(cause.message);
    return undefined;
  }
}

/** What could not be read, by where it stood: an admin shows it to whoever looks after the connection. */
function oddities(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  const places = [...new Set(leftOut.map(({ endpoint, where }) => `${endpoint} ${where}`.trim()))];
  const shown = places.slice(0, ODDITIES_SHOWN).join('、');
  return `企业微信的回答里有 ${leftOut.length} 处读不懂，已跳过，其余照常读取：${shown}${places.length > ODDITIES_SHOWN ? ' 等' : ''}`;
}

async function readFromTheStart(
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
