import { z } from 'zod';
import {
  allTagsKey,
  createTagsKey,
  limitNoticeKey,
  readTagsKey,
  remadeTagsKey,
  remainingTagsKey,
} from '../../domain/action-keys.js';
import type { ActionResult } from '../../channels/channel.js';
import type { Action, ActionOf } from '../../domain/action.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRef } from '../../domain/tags.js';
import { priorities } from '../../domain/priorities.js';
import { afterQuiet } from '../../domain/sending/send-policy.js';
import { plainName, quoted } from '../../domain/shown-name.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { localNames, managedTags, type ManagedTags } from './tag-names.js';
import { tagStore } from './tag.store.js';
import type { OutboxRow, NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Context } from '../../domain/context.js';
import { unlistedTags } from './library-reads.js';

const createdTags = z.object({
  groupId: z.string().optional(),
  tags: z.array(z.object({ id: z.string(), name: z.string() })),
});
const tagGroups = z.object({
  groups: z.array(
    z.object({
      id: z.string().default(''),
      name: z.string(),
      tags: z.array(z.object({ id: z.string(), name: z.string(), order: z.number().default(0) })),
    }),
  ),
  partial: z.boolean().optional(),
});

/** Missing tags are created, or the library is read, within about this time. */
const RETRY_SOON_MS = 2_000;
/** Tags are created within seconds, or once an admin allows it: then a retry every few minutes is enough. */
const LIBRARY_BACKOFF_MS = 5 * 60_000;
/** The read at the start waits so long for the tags that are created at the start. */
const READ_AFTER_CREATION_MS = 60_000;
/** The library rarely changes and every sync needs it. In real time, because another process may change it. */
const LIBRARY_CACHE_MS = 1_000;
/** After a change of our own nothing is cached for so long, until its transaction is committed. */
const LIBRARY_COMMIT_MS = 5_000;
/** Syncs wait for a new read of a stale library for at most so long. */
const LIBRARY_STALE_MS = 60_000;
/** All refusals within one such window cause a single read of the library. */
const REFUSAL_WINDOW_MS = 10_000;
/** For so long after WeCom reported a full library, no tags are created. */
const FULL_LIBRARY_MS = 3_600_000;
/** WeCom publishes no limit for one call; 50 is the most that a known SaaS vendor sends (contract §4.7). */
const TAGS_PER_CALL = 50;
/** The most tags that one member of staff may put on one customer (O-92697, contract §4.6). */
const MAX_TAGS_PER_CUSTOMER = 3_000;
/** The order of the first tag in a group; WeCom shows the larger order first. */
const FIRST_ORDER = 1_000;

interface Library {
  /** Tag ids by local name. */
  readonly ids: ReadonlyMap<string, string>;
  /** Local names by tag id. */
  readonly names: ReadonlyMap<string, string>;
  readonly managed: ManagedTags;
  /** Cached until then, epoch ms in real time. */
  readonly until: number;
}

export interface TagRules {
  context(): Promise<Context>;
  /** Every managed tag. Apart from the rest of the context, because every sync needs only this. */
  tags(): Promise<readonly TagRef[]>;
}

/** Syncs members' tags to WeCom and keeps the corp's tag library complete. */
export class TagSync {
  private cached: Library | undefined;
  private loading: Promise<Library> | undefined;
  private changedAt = 0;
  /** When WeCom refused a tag id that we had stored; cleared by the next read of the library. */
  private staleSince: number | undefined;
  private fullAt: number | undefined;

  constructor(
    private readonly db: Database,
    private readonly rules: TagRules,
    private readonly clock: Clock,
  ) {}

  /** The action that sends the member's unconfirmed tags through an open pair; null without such tags or a pair. */
  async tagsToSync(member: MemberId, externalUserId: string): Promise<Action | null> {
    this.requireFreshLibrary();
    const unconfirmed = await tagStore.unconfirmed(this.db.read, member);
    const pair = (await contactPairStore.open(this.db.read, [externalUserId])).get(externalUserId)?.[0];
    if (unconfirmed.length === 0 || !pair) return null;
    const { ids, managed } = await this.library();
    const wanted = unconfirmed.filter((tag) => tag.want === 1);
    // Only managed tags are created again. Another tag was staff's own, and they deleted it.
    if (wanted.some((tag) => !ids.has(tag.name) && managed.has(tag.name)) && !this.isFull()) {
      await this.ensureLibrary();
      throw new RetryLater('tag_library_incomplete', RETRY_SOON_MS, { longestBackoffMs: LIBRARY_BACKOFF_MS });
    }
    const idsOf = (tags: typeof unconfirmed): string[] => tags.flatMap((tag) => ids.get(tag.name) ?? []);
    const remove = idsOf(unconfirmed.filter((tag) => tag.want === 0)).slice(0, TAGS_PER_CALL);
    const add = idsOf(wanted).slice(0, TAGS_PER_CALL - remove.length);
    const room = ids.size > MAX_TAGS_PER_CUSTOMER ? await this.freeSlotsOf(member) : add.length;
    if (room < add.length && room <= 0 && remove.length === 0)
      throw new GiveUp('customer_tags_full', { message: `a customer can have ${MAX_TAGS_PER_CUSTOMER} tags` });
    return { kind: 'mark_tags', staff: pair.staff, externalUserId, add: add.slice(0, Math.max(0, room)), remove };
  }

  /** Requests the creation of managed tags that are not in the stored library. */
  async ensureLibrary(): Promise<void> {
    const now = this.clock.now();
    // The key allows one request a minute, however many callers there are.
    await this.db.write((tx) => this.createMissingTags(tx, `${Math.floor(now / 60_000)}`, now));
  }

  /** Requests a read of the corp's tag library; called at every start. */
  async readLibrary(): Promise<void> {
    const now = this.clock.now();
    const key = readTagsKey('start', Math.floor(now / 60_000));
    const action: Action = { kind: 'read_tags' };
    await this.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [{ key, action, notBefore: now + READ_AFTER_CREATION_MS, priority: priorities.readTagLibrary }],
        now,
      ),
    );
  }

  /** WeCom accepted a `mark_tags` call: confirms its tags, and enqueues another call when the tags did not fit into one. */
  async onMarked(tx: Sql, row: OutboxRow, action: ActionOf<'mark_tags'>, now: number): Promise<void> {
    if (row.member === null) return;
    const { names, ids } = await this.library();
    const namedTags = (tagIds: readonly string[], want: boolean) =>
      tagIds.flatMap((id) => (names.has(id) ? [{ name: names.get(id)!, want }] : []));
    await tagStore.confirm(tx, row.member, [...namedTags(action.add, true), ...namedTags(action.remove, false)], now);
    const left = await tagStore.unconfirmed(tx, row.member);
    // A tag that is not in the library any more is on nobody, so its removal needs no call.
    const removed = left.filter((tag) => tag.want === 0 && !ids.has(tag.name));
    await tagStore.confirm(
      tx,
      row.member,
      removed.map(({ name }) => ({ name, want: false })),
      now,
    );
    if (action.add.length + action.remove.length < TAGS_PER_CALL || left.length === removed.length) return;
    const target = { member: row.member, externalUserId: action.externalUserId };
    await this.enqueueSync(tx, target, { key: remainingTagsKey(row.member, row.id), notBefore: now }, now);
  }

  /** WeCom created tags: stores them, and syncs again the members who had a deleted tag of the same name. */
  async onTagsCreated(tx: Sql, action: ActionOf<'ensure_tags'>, done: ActionResult, now: number): Promise<void> {
    this.invalidateLibrary();
    const { groupId, tags } = createdTags.parse(done.result);
    const recreated = await tagStore.saveCreated(
      tx,
      tags.map((tag) => ({ ...tag, group: action.group, groupId })),
    );
    const firstId = tags.find((tag) => tag.name === recreated[0])?.id ?? '';
    await outboxStore.enqueue(
      tx,
      (await tagStore.unconfirmByName(tx, recreated)).map(({ member, externalUserId }): NewOutboxRow => ({
        key: remadeTagsKey(member, firstId),
        member,
        notBefore: now,
        priority: priorities.bulkTags,
        action: { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] },
      })),
      now,
    );
  }

  /** The library was read: stores it and creates the managed tags that are missing. */
  async onLibraryRead(tx: Sql, row: OutboxRow, done: ActionResult, now: number): Promise<void> {
    this.invalidateLibrary();
    this.staleSince = undefined;
    const { groups, partial } = tagGroups.parse(done.result);
    const tags = groups.flatMap((group) => group.tags.map((tag) => ({ ...tag, group: group.name, groupId: group.id })));
    if (partial) tags.push(...(await unlistedTags(tx, tags)));
    await tagStore.applyLibraryRead(tx, tags, managedTags(await this.rules.tags()), now);
    await this.createMissingTags(tx, `read:${row.id}`, now);
  }

  /**
   * WeCom refused a tag id (40068), because the tag was deleted in WeCom. Requests one read of the library for all such refusals,
   * and a new sync of all the member's tags after it.
   */
  async onUnknownTag(tx: Sql, row: OutboxRow, action: ActionOf<'mark_tags'>, now: number): Promise<void> {
    if (row.member === null) return;
    this.staleSince ??= now;
    const key = readTagsKey('gone', Math.floor(now / REFUSAL_WINDOW_MS));
    await outboxStore.enqueue(
      tx,
      [{ key, action: { kind: 'read_tags' }, notBefore: now, priority: priorities.readTagLibrary }],
      now,
    );
    await this.syncAgain(tx, row.member, action.externalUserId, now + RETRY_SOON_MS);
  }

  /** Marks all tags of the member as unconfirmed and syncs them from `at` on (epoch ms). */
  async syncAgain(tx: Sql, member: MemberId, externalUserId: string, at: number): Promise<void> {
    await tagStore.unconfirmAll(tx, [member]);
    await this.enqueueSync(tx, { member, externalUserId }, { key: allTagsKey(member, at), notBefore: at }, at);
  }

  /** A corp can have 10 000 tags. When they are used up, members are synced without the tags that cannot be created. */
  async onLibraryFull(tx: Sql, action: ActionOf<'ensure_tags'>, now: number): Promise<void> {
    this.fullAt = now;
    const text = `企业标签已满 10000 个，建不了${quoted(action.group)}里的 ${action.names.length} 个标签（${action.names.slice(0, 5).map(plainName).join('、')}）。请在企业微信里删掉不用的标签，系统会自动补建。`;
    await this.notifyOperators(tx, 'tag_library_full', text, now);
  }

  async onCustomerFull(tx: Sql, now: number): Promise<void> {
    const text = `有客户身上的标签已满 ${MAX_TAGS_PER_CUSTOMER} 个，新的标签打不上。请精简标签规则，或在企业微信里清理这些客户的标签。`;
    await this.notifyOperators(tx, 'customer_tags_full', text, now);
  }

  /** Notifies the operators, at most once a day for each code. */
  private async notifyOperators(tx: Sql, code: string, text: string, now: number): Promise<void> {
    const { operators: staff, abilities, timeZone, ruleset } = await this.rules.context();
    if (staff.length === 0 || !abilities.has('notify_staff')) return;
    const key = limitNoticeKey(code, isoDay(dayOf(now, timeZone)));
    // It can wait until the quiet hours are over.
    const notBefore = afterQuiet(now, ruleset.sending, timeZone);
    await outboxStore.enqueue(tx, [{ key, action: { kind: 'notify_staff', staff, text }, notBefore }], now);
  }

  /** Throws RetryLater while the library is stale: one refused tag id is enough to stop sending others. */
  private requireFreshLibrary(): void {
    if (this.staleSince === undefined) return;
    if (this.clock.now() - this.staleSince < LIBRARY_STALE_MS)
      throw new RetryLater('tag_library_doubted', RETRY_SOON_MS, { countsAsAttempt: false, throttlesKind: true });
    this.staleSince = undefined;
  }

  private isFull(): boolean {
    return this.fullAt !== undefined && this.clock.now() - this.fullAt < FULL_LIBRARY_MS;
  }

  private async freeSlotsOf(member: MemberId): Promise<number> {
    return MAX_TAGS_PER_CUSTOMER - (await tagStore.countConfirmed(this.db.read, member));
  }

  /** The change is not committed yet: for a while nothing is cached, or the old library would be. */
  private invalidateLibrary(): void {
    this.cached = undefined;
    this.changedAt = Date.now();
  }

  private async library(): Promise<Library> {
    const isCommitted = Date.now() - this.changedAt > LIBRARY_COMMIT_MS;
    if (!isCommitted) return this.loadLibrary();
    if (this.cached && this.cached.until > Date.now()) return this.cached;
    // Up to sixteen syncs run at once and share one query.
    this.loading ??= this.loadLibrary().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async loadLibrary(): Promise<Library> {
    const managed = managedTags(await this.rules.tags());
    const names = localNames(await tagStore.library(this.db.read), managed);
    const ids = new Map([...names].map(([id, name]) => [name, id]));
    this.cached = { names, ids, managed, until: Date.now() + LIBRARY_CACHE_MS };
    return this.cached;
  }

  /** Enqueues one `ensure_tags` action for each group with missing tags. A tag that existed before gets its old place. */
  private async createMissingTags(tx: Sql, occasion: string, now: number): Promise<void> {
    const { abilities, tags } = await this.rules.context();
    if (!abilities.has('ensure_tags')) return;
    const library = await tagStore.library(tx);
    const present = new Set(library.map((tag) => `${tag.grp}/${tag.name}`));
    const formerOrders = await tagStore.ordersOfDeletedTags(tx);
    const groups = new Map<string, { name: string; order: number }[]>();
    const places = new Map<string, number>();
    for (const { group, name } of tags) {
      const place = places.get(group) ?? 0;
      places.set(group, place + 1);
      if (present.has(`${group}/${name}`)) continue;
      const order = formerOrders.get(`${group}/${name}`) ?? Math.max(0, FIRST_ORDER - place);
      groups.set(group, [...(groups.get(group) ?? []), { name, order }]);
    }
    await outboxStore.enqueue(
      tx,
      [...groups].map(([group, tags]): NewOutboxRow => {
        const groupId = library.find((tag) => tag.grp === group && tag.group_id)?.group_id;
        const names = tags.map((tag) => tag.name);
        return {
          key: createTagsKey(group, names, occasion),
          notBefore: now,
          priority: priorities.createTags,
          action: {
            kind: 'ensure_tags',
            group,
            ...(groupId ? { groupId } : {}),
            names,
            orders: tags.map((tag) => tag.order),
          },
        };
      }),
      now,
    );
  }

  private async enqueueSync(
    tx: Sql,
    { member, externalUserId }: { readonly member: MemberId; readonly externalUserId: string },
    { key, notBefore }: Pick<NewOutboxRow, 'key' | 'notBefore'>,
    now: number,
  ): Promise<void> {
    const action: Action = { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] };
    await outboxStore.enqueue(tx, [{ key, action, member, notBefore, priority: priorities.markTags }], now);
  }
}
