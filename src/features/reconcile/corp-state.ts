import { z } from 'zod';
import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import type { Alarm, ReadScope, Drift, UnkeyedFact, CorpState } from '../../channels/reconciliation.js';
import { remarkKey } from '../../domain/action-keys.js';
import type { Fact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { isOfficialChatId } from '../../domain/moves/group.js';
import { groupStore } from '../groups/group.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { isManaged, managedTags } from '../tags/tag-names.js';
import { identityStore } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import { tagStore } from '../tags/tag.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Database } from '../../platform/database/database.js';
import { alarmsOf } from './app-alarms.js';
import type { Context } from '../../domain/context.js';
import { madeTagsSince } from '../tags/library-reads.js';
import { unseenChanges } from '../groups/presence-diff.js';
import { staffTagChanges } from '../tags/staff-tag-edits.js';

type Pair = Awaited<ReturnType<typeof contactPairStore.pairs>>[number];

/** Takes in the facts that wait, and knows what the channels can do. */
export interface FactProcessing {
  advance(): Promise<number>;
  context(): Promise<Context>;
}

const remarking = z.object({ remark: z.string() });
const AT_ONCE = 500;

/**
 * What we hold of the corp, held against readings of it, by the rules by which a reading is taken in: what they would not
 * change is no difference.
 */
export class StoredCorpState implements CorpState {
  constructor(
    private readonly db: Database,
    /** It knows what the channels can do, and they are opened with this. */
    private readonly engine: () => FactProcessing,
  ) {}

  async waitUntilApplied(): Promise<void> {
    while ((await this.engine().advance()) > 0);
  }

  alarms(): Promise<Alarm[]> {
    return alarmsOf(this.db.read);
  }

  async libraryDrift({ data }: UnkeyedFact<'tag_library_read'>): Promise<Drift[]> {
    const ruled = managedTags((await this.engine().context()).tags);
    const ours = new Map((await tagStore.library(this.db.read)).map((tag) => [tag.tag_id, tag]));
    const drift: Drift[] = [];
    for (const group of data.groups) {
      for (const tag of group.tags) {
        const known = ours.get(tag.id);
        ours.delete(tag.id);
        const theirs = `${group.name}/${tag.name}`;
        // A rule's tag is in the group the rule says, whatever the group is called by now.
        const named = known && `${isManaged(ruled, known) ? group.name : known.grp}/${known.wecom_name ?? known.name}`;
        if (named !== theirs || (known?.ord && known.ord !== tag.order))
          drift.push({ kind: 'library', subject: tag.id, ours: named ?? '', theirs });
      }
    }
    if (data.partial || (await madeTagsSince(this.db.read, data.readAt))) return drift;
    for (const gone of ours.values())
      drift.push({ kind: 'library', subject: gone.tag_id, ours: `${gone.grp}/${gone.name}`, theirs: '' });
    return drift;
  }

  async missingContacts({ staff, readAt }: ReadScope, seen: ReadonlySet<string>): Promise<string[]> {
    const held = await contactPairStore.heldBy(this.db.read, staff, readAt - READ_DISTRUST_MS);
    return held.filter((id) => !seen.has(id));
  }

  otherStaffWithContacts(staff: readonly string[]): Promise<string[]> {
    return contactPairStore.staffBut(this.db.read, staff);
  }

  contactsOwnedBy(staff: readonly string[], after: string, limit: number): Promise<string[]> {
    return contactPairStore.customersAfter(this.db.read, staff, after, limit);
  }

  async contactDrift(
    reads: readonly UnkeyedFact<'contact_read'>[],
    covered: ReadScope,
  ): Promise<{ differing: { read: UnkeyedFact<'contact_read'>; drift: Drift[] }[]; doubtful: string[] }> {
    const differing: { read: UnkeyedFact<'contact_read'>; drift: Drift[] }[] = [];
    const doubtful: string[] = [];
    for (let from = 0; from < reads.length; from += AT_ONCE) {
      const some = await this.driftOf(reads.slice(from, from + AT_ONCE), covered);
      differing.push(...some.differing);
      doubtful.push(...some.doubtful);
    }
    return { differing, doubtful };
  }

  private async driftOf(reads: readonly UnkeyedFact<'contact_read'>[], covered: ReadScope) {
    const sql = this.db.read;
    const idOf = (read: UnkeyedFact<'contact_read'>): string => read.member.externalUserId ?? '';
    const ids = reads.map(idOf);
    const pairs = new Map<string, Pair[]>();
    for (const pair of await contactPairStore.pairs(sql, ids))
      pairs.set(pair.externalUserId, [...(pairs.get(pair.externalUserId) ?? []), pair]);
    const unionids = reads.flatMap((read) => read.member.unionid ?? []);
    const known = await identityStore.find(sql, [
      ...ids.map((value) => ({ kind: 'external_userid' as const, value })),
      ...unionids.map((value) => ({ kind: 'unionid' as const, value })),
    ]);
    const members = await memberStore.load(sql, [...new Set(known.values())]);
    const tags = await tagStore.load(sql, [...members.keys()]);
    const facts = reads.flatMap((read, index) => {
      const member = known.get(`external_userid:${idOf(read)}`);
      const { of: _of, ...data } = read.data;
      return member === undefined ? [] : [{ member, fact: { ...read, data, key: '', id: index } }];
    });
    const writes = new Map<MemberId, Drift[]>();
    const taken = new Set<MemberId>();
    for (const write of await staffTagChanges(sql, facts, tags, managedTags((await this.engine().context()).tags))) {
      const subject = members.get(write.member)?.state.externalUserId ?? '';
      const [ours, theirs] = write.want ? ['', write.name] : [write.name, ''];
      writes.set(write.member, [...(writes.get(write.member) ?? []), { kind: 'tag', subject, ours, theirs }]);
      if (!write.want) taken.add(write.member);
    }

    const ordered = await this.orderedRemarks(reads, pairs);
    const differing: { read: UnkeyedFact<'contact_read'>; drift: Drift[] }[] = [];
    const doubtful: string[] = [];
    for (const read of reads) {
      const id = idOf(read);
      const member = known.get(`external_userid:${id}`);
      const held = pairs.get(id) ?? [];
      const stored = member === undefined ? undefined : members.get(member)?.state;
      const drift: Drift[] = [];
      if (!stored) drift.push({ kind: 'contact', subject: id, ours: '', theirs: read.data.name || id });
      else {
        if (read.data.name !== '' && read.data.name !== stored.name)
          drift.push({ kind: 'contact', subject: id, ours: stored.name, theirs: read.data.name });
        else if (
          (read.data.gender !== 0 && read.data.gender !== stored.gender) ||
          (read.member.unionid !== undefined && known.get(`unionid:${read.member.unionid}`) !== member)
        )
          drift.push({ kind: 'contact', subject: id, ours: stored.name, theirs: read.data.name });
        drift.push(...pairDrift(id, read, held, covered, ordered));
        // Tags belong to the pair, and who is not all here may have them elsewhere; ours are on the first pair.
        const first = held.find((pair) => !pair.ended && pair.mutual)?.staff;
        const isTaken = member !== undefined && taken.has(member);
        if (isTaken && !covered.allRelations) {
          if (first === undefined || covered.staff.includes(first)) doubtful.push(id);
        } else if (member !== undefined) drift.push(...(writes.get(member) ?? []));
      }
      if (drift.length > 0) differing.push({ read, drift });
    }
    return { differing, doubtful };
  }

  /** Remarks that we are giving at this moment: WeCom may have one before we know that it has. */
  private async orderedRemarks(
    reads: readonly UnkeyedFact<'contact_read'>[],
    pairs: ReadonlyMap<string, readonly Pair[]>,
  ): Promise<ReadonlySet<string>> {
    const others = reads.flatMap(({ member: { externalUserId: id = '' }, data }) =>
      data.follows.flatMap(({ staff, remark, createdAt }) =>
        remark && pairs.get(id)?.some((pair) => pair.staff === staff && pair.remark !== remark)
          ? [remarkKey(id, staff, createdAt)]
          : [],
      ),
    );
    if (others.length === 0) return new Set();
    const open = await outboxStore.openActions(this.db.read, others);
    return new Set(
      open.flatMap(({ key, action }) => {
        const ordered = remarking.safeParse(action);
        return ordered.success ? [`${key} ${ordered.data.remark}`] : [];
      }),
    );
  }

  async groupDrift({ data }: UnkeyedFact<'group_read'>): Promise<{ drift: Drift[] } | undefined> {
    const sql = this.db.read;
    const subject = data.chatId;
    const known = await groupStore.byChatId(sql, subject);
    if (!known) return data.dismissed ? undefined : { drift: [of(subject, '', data.name || subject)] };
    const { group, ownerState } = known;
    const isGone = group.status !== 'active';
    if (data.dismissed) return isGone ? undefined : { drift: [of(subject, group.name || subject, '')] };
    const drift: Drift[] = [];
    if (isGone) drift.push(of(subject, '', data.name || subject));
    if (data.name !== group.name) drift.push(of(subject, group.name, data.name));
    if (data.owner !== '' && data.owner !== group.owner) drift.push(of(subject, group.owner, data.owner));
    if (data.ownerState !== undefined && data.ownerState !== ownerState)
      drift.push(of(subject, `owner_state ${ownerState}`, `owner_state ${data.ownerState}`));
    if (data.version === undefined || data.version !== group.version) {
      const { facts, undecided } = await unseenChanges(sql, group, data);
      drift.push(...facts.flatMap((fact) => presenceDrift(fact, data.name)));
      // Somebody came or went a moment ago: the callback's own read decides, not this one.
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

const of = (subject: string, ours: string, theirs: string): Drift => ({ kind: 'group', subject, ours, theirs });

function pairDrift(
  id: string,
  read: UnkeyedFact<'contact_read'>,
  held: readonly Pair[],
  covered: ReadScope,
  ordered: ReadonlySet<string>,
): Drift[] {
  const pair = (ours: string, theirs: string): Drift => ({ kind: 'pair', subject: id, ours, theirs });
  const listed = read.data.follows.flatMap((follow): Drift[] => {
    const known = held.find((one) => one.staff === follow.staff);
    if (!known) return [pair('', follow.staff)];
    // Whom the customer has deleted is listed like any other (contract §4.9), unless they came back since.
    if (known.ended) {
      const isBack = known.unlisted && read.data.readAt - READ_DISTRUST_MS > known.changedAt;
      return isBack || (follow.createdAt ?? 0) > known.changedAt ? [pair('', follow.staff)] : [];
    }
    if (!known.mutual) return [pair('', follow.staff)];
    const isOrdered = ordered.has(`${remarkKey(id, follow.staff, follow.createdAt)} ${follow.remark ?? ''}`);
    if (follow.remark && follow.remark !== known.remark && !isOrdered)
      return [{ kind: 'contact', subject: id, ours: known.remark ?? '', theirs: follow.remark }];
    return follow.state && known.state === null
      ? [{ kind: 'contact', subject: id, ours: '', theirs: follow.state }]
      : [];
  });
  const missing = held.filter(
    (one) =>
      !one.ended &&
      one.mutual &&
      one.changedAt < covered.readAt - READ_DISTRUST_MS &&
      (covered.allRelations || covered.staff.includes(one.staff)) &&
      !read.data.follows.some((follow) => follow.staff === one.staff),
  );
  return [...listed, ...missing.map((one) => pair(one.staff, ''))];
}

function presenceDrift(fact: Fact, group: string): Drift[] {
  const subject = fact.member.externalUserId;
  if (subject === undefined) return [];
  return [fact.kind === 'left_group' ? of(subject, group, '') : of(subject, '', group)];
}
