import { z } from 'zod';
import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import type { Alarm, ContactDrift, CorpState, Drift, ReadScope, UnkeyedFact } from '../../channels/reconciliation.js';
import { remarkKey } from '../../domain/action-keys.js';
import type { Fact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import type { StoredMember } from '../../domain/member.js';
import { isOfficialChatId } from '../../domain/moves/group.js';
import { groupStore } from '../groups/group.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { isManaged, managedTags } from '../tags/tag-names.js';
import { identityKey, identityStore } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import { tagStore } from '../tags/tag.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Database } from '../../platform/database/database.js';
import { activeAlarms } from './app-alarms.js';
import type { Context } from '../../domain/context.js';
import { createdTagsSince } from '../tags/library-reads.js';
import { presenceDiff } from '../groups/presence-diff.js';
import { staffTagEdits } from '../tags/staff-tag-edits.js';

type Pair = Awaited<ReturnType<typeof contactPairStore.pairs>>[number];

/** The engine, as far as reconciliation needs it. */
export interface FactProcessing {
  /** Applies some of the waiting facts; resolves to 0 when none is left. */
  advance(): Promise<number>;
  context(): Promise<Context>;
}

const remarkAction = z.object({ remark: z.string() });
const CONTACT_BATCH_SIZE = 500;

/**
 * Compares what the product knows of the corp with reads of it, by the same rules by which a read is applied: what applying
 * would not change is no drift.
 */
export class StoredCorpState implements CorpState {
  constructor(
    private readonly db: Database,
    /** A function, because the channels are opened with this state before the engine exists. */
    private readonly engine: () => FactProcessing,
  ) {}

  async waitUntilApplied(): Promise<void> {
    while ((await this.engine().advance()) > 0);
  }

  alarms(): Promise<Alarm[]> {
    return activeAlarms(this.db.read);
  }

  async libraryDrift({ data }: UnkeyedFact<'tag_library_read'>): Promise<Drift[]> {
    const managed = managedTags((await this.engine().context()).tags);
    const ours = new Map((await tagStore.library(this.db.read)).map((tag) => [tag.tag_id, tag]));
    const drift: Drift[] = [];
    for (const group of data.groups) {
      for (const tag of group.tags) {
        const known = ours.get(tag.id);
        ours.delete(tag.id);
        const theirs = `${group.name}/${tag.name}`;
        // A managed tag belongs to the group that its rule names, even when that group was renamed in WeCom.
        const knownAs =
          known && `${isManaged(managed, known) ? group.name : known.grp}/${known.wecom_name ?? known.name}`;
        if (knownAs !== theirs || (known?.ord && known.ord !== tag.order))
          drift.push({ kind: 'library', subject: tag.id, ours: knownAs ?? '', theirs });
      }
    }
    if (data.partial || (await createdTagsSince(this.db.read, data.readAt))) return drift;
    for (const gone of ours.values())
      drift.push({ kind: 'library', subject: gone.tag_id, ours: `${gone.grp}/${gone.name}`, theirs: '' });
    return drift;
  }

  async missingContacts({ staff, readAt }: ReadScope, seen: ReadonlySet<string>): Promise<string[]> {
    const owned = await contactPairStore.customersOfStaff(this.db.read, staff, readAt - READ_DISTRUST_MS);
    return owned.filter((id) => !seen.has(id));
  }

  otherStaffWithContacts(staff: readonly string[]): Promise<string[]> {
    return contactPairStore.staffExcept(this.db.read, staff);
  }

  contactsOwnedBy(staff: readonly string[], after: string, limit: number): Promise<string[]> {
    return contactPairStore.customersAfter(this.db.read, staff, after, limit);
  }

  async contactDrift(
    reads: readonly UnkeyedFact<'contact_read'>[],
    scope: ReadScope,
  ): Promise<{ differing: ContactDrift[]; doubtful: string[] }> {
    const differing: ContactDrift[] = [];
    const doubtful: string[] = [];
    for (let from = 0; from < reads.length; from += CONTACT_BATCH_SIZE) {
      const some = await this.batchDrift(reads.slice(from, from + CONTACT_BATCH_SIZE), scope);
      differing.push(...some.differing);
      doubtful.push(...some.doubtful);
    }
    return { differing, doubtful };
  }

  private async batchDrift(reads: readonly UnkeyedFact<'contact_read'>[], scope: ReadScope) {
    const known = await this.loadKnown(reads);
    const differing: ContactDrift[] = [];
    const doubtful: string[] = [];
    for (const read of reads) {
      const { drift, isDoubtful } = driftOfContact(read, known, scope);
      if (isDoubtful) doubtful.push(externalIdOf(read));
      if (drift.length > 0) differing.push({ read, drift });
    }
    return { differing, doubtful };
  }

  private async loadKnown(reads: readonly UnkeyedFact<'contact_read'>[]): Promise<KnownContacts> {
    const sql = this.db.read;
    const ids = reads.map(externalIdOf);
    const pairs = new Map<string, Pair[]>();
    for (const pair of await contactPairStore.pairs(sql, ids))
      pairs.set(pair.externalUserId, [...(pairs.get(pair.externalUserId) ?? []), pair]);
    const unionids = reads.flatMap((read) => read.member.unionid ?? []);
    const memberIds = await identityStore.find(sql, [
      ...ids.map((value) => ({ kind: 'external_userid' as const, value })),
      ...unionids.map((value) => ({ kind: 'unionid' as const, value })),
    ]);
    const members = await memberStore.load(sql, [...new Set(memberIds.values())]);
    const tags = await tagStore.load(sql, [...members.keys()]);
    const facts = reads.flatMap((read, index) => {
      const member = memberIds.get(identityKey({ kind: 'external_userid', value: externalIdOf(read) }));
      const { of: _of, ...data } = read.data;
      return member === undefined ? [] : [{ member, fact: { ...read, data, key: '', id: index } }];
    });
    const managed = managedTags((await this.engine().context()).tags);
    const tagDrift = new Map<MemberId, Drift[]>();
    const withRemovedTag = new Set<MemberId>();
    for (const change of await staffTagEdits(sql, facts, tags, managed)) {
      const subject = members.get(change.member)?.state.externalUserId ?? '';
      const [ours, theirs] = change.want ? ['', change.name] : [change.name, ''];
      tagDrift.set(change.member, [...(tagDrift.get(change.member) ?? []), { kind: 'tag', subject, ours, theirs }]);
      if (!change.want) withRemovedTag.add(change.member);
    }
    const queuedRemarks = await this.queuedRemarks(reads, pairs);
    return { pairs, memberIds, members, tagDrift, withRemovedTag, queuedRemarks };
  }

  /** Remarks that the outbox is setting: WeCom may show one before the outbox has recorded that it was set. */
  private async queuedRemarks(
    reads: readonly UnkeyedFact<'contact_read'>[],
    pairs: ReadonlyMap<string, readonly Pair[]>,
  ): Promise<ReadonlySet<string>> {
    const keys = reads.flatMap(({ member: { externalUserId: id = '' }, data }) =>
      data.follows.flatMap(({ staff, remark, createdAt }) =>
        remark && pairs.get(id)?.some((pair) => pair.staff === staff && pair.remark !== remark)
          ? [remarkKey(id, staff, createdAt)]
          : [],
      ),
    );
    if (keys.length === 0) return new Set();
    const open = await outboxStore.openActions(this.db.read, keys);
    return new Set(
      open.flatMap(({ key, action }) => {
        const queued = remarkAction.safeParse(action);
        return queued.success ? [`${key} ${queued.data.remark}`] : [];
      }),
    );
  }

  async groupDrift({ data }: UnkeyedFact<'group_read'>): Promise<{ drift: Drift[] } | undefined> {
    const sql = this.db.read;
    const subject = data.chatId;
    const known = await groupStore.byChatId(sql, subject);
    if (!known) return data.dismissed ? undefined : { drift: [groupDriftRow(subject, '', data.name || subject)] };
    const { group, ownerState } = known;
    const isGone = group.status !== 'active';
    if (data.dismissed) return isGone ? undefined : { drift: [groupDriftRow(subject, group.name || subject, '')] };
    const drift: Drift[] = [];
    if (isGone) drift.push(groupDriftRow(subject, '', data.name || subject));
    if (data.name !== group.name) drift.push(groupDriftRow(subject, group.name, data.name));
    if (data.owner !== '' && data.owner !== group.owner) drift.push(groupDriftRow(subject, group.owner, data.owner));
    if (data.ownerState !== undefined && data.ownerState !== ownerState)
      drift.push(groupDriftRow(subject, `owner_state ${ownerState}`, `owner_state ${data.ownerState}`));
    if (data.version === undefined || data.version !== group.version) {
      const { facts, undecided } = await presenceDiff(sql, group, data);
      drift.push(...facts.flatMap((fact) => presenceDrift(fact, data.name)));
      // Somebody joined or left a moment ago: the read that follows their callback decides, not this one.
      if (undecided && facts.length === 0 && drift.length === 0) return undefined;
      if (facts.length === 0 && data.version !== undefined) return { drift };
    }
    return drift.length > 0 ? { drift } : undefined;
  }

  async activeGroupIds(): Promise<string[]> {
    const chatIds = (await groupStore.all(this.db.read)).flatMap((group) =>
      group.status === 'active' && group.chatId !== null && isOfficialChatId(group.chatId) ? [group.chatId] : [],
    );
    return chatIds.sort((a, b) => (a < b ? -1 : 1));
  }
}

/** What the product knows of the contacts in a batch of reads. */
interface KnownContacts {
  /** By external_userid. */
  readonly pairs: ReadonlyMap<string, readonly Pair[]>;
  /** By `identityKey`, of external_userids and unionids. */
  readonly memberIds: ReadonlyMap<string, MemberId>;
  readonly members: ReadonlyMap<MemberId, StoredMember>;
  readonly tagDrift: ReadonlyMap<MemberId, readonly Drift[]>;
  /** Members who have a tag here that the reads do not show. */
  readonly withRemovedTag: ReadonlySet<MemberId>;
  /** `<outbox key> <remark>` of remarks that are being set now. */
  readonly queuedRemarks: ReadonlySet<string>;
}

const externalIdOf = (read: UnkeyedFact<'contact_read'>): string => read.member.externalUserId ?? '';

function driftOfContact(
  read: UnkeyedFact<'contact_read'>,
  known: KnownContacts,
  scope: ReadScope,
): { readonly drift: readonly Drift[]; readonly isDoubtful: boolean } {
  const id = externalIdOf(read);
  const member = known.memberIds.get(identityKey({ kind: 'external_userid', value: id }));
  const stored = member === undefined ? undefined : known.members.get(member);
  if (member === undefined || !stored) {
    const drift: Drift = { kind: 'contact', subject: id, ours: '', theirs: read.data.name || id };
    return { drift: [drift], isDoubtful: false };
  }
  const pairs = known.pairs.get(id) ?? [];
  const drift: Drift[] = [];
  const { name, gender } = stored.state;
  const { unionid } = read.member;
  if (
    (read.data.name !== '' && read.data.name !== name) ||
    (read.data.gender !== 0 && read.data.gender !== gender) ||
    (unionid !== undefined && known.memberIds.get(identityKey({ kind: 'unionid', value: unionid })) !== member)
  )
    drift.push({ kind: 'contact', subject: id, ours: name, theirs: read.data.name });
  drift.push(...pairDrift(read, pairs, scope, known.queuedRemarks));
  if (!known.withRemovedTag.has(member) || scope.allRelations)
    return { drift: [...drift, ...(known.tagDrift.get(member) ?? [])], isDoubtful: false };
  // Tags belong to a pair. A partial read may lack the pair that has the tag; the product puts its tags on the first pair.
  const first = pairs.find((pair) => !pair.ended && pair.mutual)?.staff;
  return { drift, isDoubtful: first === undefined || scope.staff.includes(first) };
}

const groupDriftRow = (subject: string, ours: string, theirs: string): Drift => ({
  kind: 'group',
  subject,
  ours,
  theirs,
});

function pairDrift(
  read: UnkeyedFact<'contact_read'>,
  pairs: readonly Pair[],
  scope: ReadScope,
  queuedRemarks: ReadonlySet<string>,
): Drift[] {
  const id = externalIdOf(read);
  const pairRow = (ours: string, theirs: string): Drift => ({ kind: 'pair', subject: id, ours, theirs });
  const listed = read.data.follows.flatMap((follow): Drift[] => {
    const known = pairs.find((pair) => pair.staff === follow.staff);
    if (!known) return [pairRow('', follow.staff)];
    // WeCom also lists staff whom the customer has deleted (contract §4.9). Only a later return is a difference.
    if (known.ended) {
      const isBack = known.unlisted && read.data.readAt - READ_DISTRUST_MS > known.changedAt;
      return isBack || (follow.createdAt ?? 0) > known.changedAt ? [pairRow('', follow.staff)] : [];
    }
    if (!known.mutual) return [pairRow('', follow.staff)];
    const isQueued = queuedRemarks.has(`${remarkKey(id, follow.staff, follow.createdAt)} ${follow.remark ?? ''}`);
    if (follow.remark && follow.remark !== known.remark && !isQueued)
      return [{ kind: 'contact', subject: id, ours: known.remark ?? '', theirs: follow.remark }];
    return follow.state && known.state === null
      ? [{ kind: 'contact', subject: id, ours: '', theirs: follow.state }]
      : [];
  });
  const missing = pairs.filter(
    (pair) =>
      !pair.ended &&
      pair.mutual &&
      pair.changedAt < scope.readAt - READ_DISTRUST_MS &&
      (scope.allRelations || scope.staff.includes(pair.staff)) &&
      !read.data.follows.some((follow) => follow.staff === pair.staff),
  );
  return [...listed, ...missing.map((pair) => pairRow(pair.staff, ''))];
}

function presenceDrift(fact: Fact, group: string): Drift[] {
  const subject = fact.member.externalUserId;
  if (subject === undefined) return [];
  return [fact.kind === 'left_group' ? groupDriftRow(subject, group, '') : groupDriftRow(subject, '', group)];
}
