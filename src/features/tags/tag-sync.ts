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
import { type OutboxRow, type NewOutboxRow, outboxStore } from '../../outbox/outbox.store.js';
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

/** The library is being completed meanwhile. */
const RETRY_SOON_MS = 2_000;
/** The library is completed in seconds, or when an admin allows it: worth a look every few minutes. */
const LIBRARY_BACKOFF_MS = 5 * 60_000;
/** The library is read when the tags made at the start are in it. */
const READ_AFTER_CREATION_MS = 60_000;
/** The library hardly ever changes and is asked for with every tag that is told. Real time: another worker may learn. */
const LIBRARY_CACHE_MS = 1_000;
const LIBRARY_COMMIT_MS = 5_000;
/** A library that is not read by then is not waited for. */
const LIBRARY_STALE_MS = 60_000;
/** So many refusals within one are one reason to read. */
const REFUSAL_WINDOW_MS = 10_000;
/** How long a library that was full is taken to be so. */
const FULL_LIBRARY_MS = 3_600_000;
/** No limit of a call is published; 50 is what a SaaS vendor sends at most (contract §4.7). */
const TAGS_PER_CALL = 50;
/** What one member of staff may put on one customer (O-92697, contract §4.6). */
const MAX_TAGS_PER_CUSTOMER = 3_000;
/** The first of a group of rules' tags, as WeCom shows the larger order first. */
const FIRST_ORDER = 1_000;

interface Library {
  readonly ids: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
  readonly ruled: ManagedTags;
  readonly until: number;
}

export interface TagRules {
  context(): Promise<Context>;
  /** Every tag that the product manages: the only part of the context that every call needs. */
  tags(): Promise<readonly TagRef[]>;
}

/** What of members' tags WeCom is told, in which of its tags, and how the library is kept complete. */
export class TagSync {
  private known: Library | undefined;
  private reading: Promise<Library> | undefined;
  private changedAt = 0;
  private staleSince: number | undefined;
  private fullAt: number | undefined;

  constructor(
    private readonly db: Database,
    private readonly rules: TagRules,
    private readonly clock: Clock,
  ) {}

  /** Every tag WeCom has not confirmed, under the name of whoever has the customer. */
  async tagsToSync(member: MemberId, externalUserId: string): Promise<Action | null> {
    this.requireFreshLibrary();
    const unconfirmed = await tagStore.unconfirmed(this.db.read, member);
    const follow = (await contactPairStore.open(this.db.read, [externalUserId])).get(externalUserId)?.[0];
    if (unconfirmed.length === 0 || !follow) return null;
    const { ids, ruled } = await this.library();
    const wanted = unconfirmed.filter((tag) => tag.want === 1);
    // What no rule wants is not made again: it was staff's, and they deleted it.
    if (wanted.some((tag) => !ids.has(tag.name) && ruled.has(tag.name)) && !this.isFull()) {
      await this.ensureLibrary();
      throw new RetryLater('tag_library_incomplete', RETRY_SOON_MS, { longestBackoffMs: LIBRARY_BACKOFF_MS });
    }
    const idsOf = (tags: typeof unconfirmed): string[] => tags.flatMap((tag) => ids.get(tag.name) ?? []);
    const remove = idsOf(unconfirmed.filter((tag) => tag.want === 0)).slice(0, TAGS_PER_CALL);
    const add = idsOf(wanted).slice(0, TAGS_PER_CALL - remove.length);
    const room = ids.size > MAX_TAGS_PER_CUSTOMER ? await this.freeSlotsOf(member) : add.length;
    if (room < add.length && room <= 0 && remove.length === 0)
      throw new GiveUp('customer_tags_full', { message: `a customer can have ${MAX_TAGS_PER_CUSTOMER} tags` });
    return { kind: 'mark_tags', staff: follow.staff, externalUserId, add: add.slice(0, Math.max(0, room)), remove };
  }

  /** Plans the making of the rules' tags that the corp is not known to have. */
  async ensureLibrary(): Promise<void> {
    const now = this.clock.now();
    // However many ask, once a minute.
    await this.db.write((tx) => this.createMissingTags(tx, `${Math.floor(now / 60_000)}`, now));
  }

  /** Plans a read of the corp's tag library, as at every start. */
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

  async onMarked(tx: Sql, row: OutboxRow, action: ActionOf<'mark_tags'>, now: number): Promise<void> {
    if (row.member === null) return;
    const { names, ids } = await this.library();
    const told = (tagIds: readonly string[], want: boolean) =>
      tagIds.flatMap((id) => (names.has(id) ? [{ name: names.get(id)!, want }] : []));
    await tagStore.confirm(tx, row.member, [...told(action.add, true), ...told(action.remove, false)], now);
    const left = await tagStore.unconfirmed(tx, row.member);
    // A tag that is no more is on nobody.
    const settled = left.filter((tag) => tag.want === 0 && !ids.has(tag.name));
    await tagStore.confirm(
      tx,
      row.member,
      settled.map(({ name }) => ({ name, want: false })),
      now,
    );
    if (action.add.length + action.remove.length < TAGS_PER_CALL || left.length === settled.length) return;
    await this.enqueueSync(
      tx,
      row.member,
      action.externalUserId,
      { key: remainingTagsKey(row.member, row.id), notBefore: now },
      now,
    );
  }

  async onTagsCreated(tx: Sql, action: ActionOf<'ensure_tags'>, done: ActionResult, now: number): Promise<void> {
    this.invalidateLibrary();
    const { groupId, tags } = createdTags.parse(done.result);
    const anew = await tagStore.saveCreated(
      tx,
      tags.map((tag) => ({ ...tag, group: action.group, groupId })),
    );
    const told = tags.find((tag) => tag.name === anew[0])?.id ?? '';
    await outboxStore.enqueue(
      tx,
      (await tagStore.unconfirmByName(tx, anew)).map(({ member, externalUserId }): NewOutboxRow => ({
        key: remadeTagsKey(member, told),
        member,
        notBefore: now,
        priority: priorities.bulkTags,
        action: { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] },
      })),
      now,
    );
  }

  async onLibraryRead(tx: Sql, row: OutboxRow, done: ActionResult, now: number): Promise<void> {
    this.invalidateLibrary();
    this.staleSince = undefined;
    const { groups, partial } = tagGroups.parse(done.result);
    const tags = groups.flatMap((group) => group.tags.map((tag) => ({ ...tag, group: group.name, groupId: group.id })));
    if (partial) tags.push(...(await unlistedTags(tx, tags)));
    await tagStore.applyLibraryRead(tx, tags, managedTags(await this.rules.tags()), now);
    await this.createMissingTags(tx, `read:${row.id}`, now);
  }

  /** 40068: a tag was deleted in WeCom behind our back. The library is read once for all who meet it, then all is told again. */
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

  async syncAgain(tx: Sql, member: MemberId, externalUserId: string, at: number): Promise<void> {
    await tagStore.unconfirmAll(tx, [member]);
    await this.enqueueSync(tx, member, externalUserId, { key: allTagsKey(member, at), notBefore: at }, at);
  }

  /** 10 000 tags are all a corp may have: the rest is told without those there is no room for. */
  async onLibraryFull(tx: Sql, action: ActionOf<'ensure_tags'>, now: number): Promise<void> {
    this.fullAt = now;
    const text = `企业标签已满 10000 个，建不了${quoted(action.group)}里的 ${action.names.length} 个标签（${action.names.slice(0, 5).map(plainName).join('、')}）。请在企业微信里删掉不用的标签，系统会自动补建。`;
    await this.notifyOperators(tx, 'tag_library_full', text, now);
  }

  async onCustomerFull(tx: Sql, now: number): Promise<void> {
    const text = `有客户身上的标签已满 ${MAX_TAGS_PER_CUSTOMER} 个，新的标签打不上。请精简标签规则，或在企业微信里清理这些客户的标签。`;
    await this.notifyOperators(tx, 'customer_tags_full', text, now);
  }

  /** Whoever keeps the rules is told, once a day. */
  private async notifyOperators(tx: Sql, code: string, text: string, now: number): Promise<void> {
    const { operators: staff, abilities, timeZone, ruleset } = await this.rules.context();
    if (staff.length === 0 || !abilities.has('notify_staff')) return;
    const key = limitNoticeKey(code, isoDay(dayOf(now, timeZone)));
    // A library stays full overnight.
    const notBefore = afterQuiet(now, ruleset.sending, timeZone);
    await outboxStore.enqueue(tx, [{ key, action: { kind: 'notify_staff', staff, text }, notBefore }], now);
  }

  /** Nothing is told in tags that may be no more: one refusal is enough to know. */
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

  /** What is changed is not committed yet: for a while nothing that is read is kept, or it would be the old library. */
  private invalidateLibrary(): void {
    this.known = undefined;
    this.changedAt = Date.now();
  }

  private async library(): Promise<Library> {
    const isSettled = Date.now() - this.changedAt > LIBRARY_COMMIT_MS;
    if (isSettled && this.known && this.known.until > Date.now()) return this.known;
    if (!isSettled) return this.loadLibrary();
    // Sixteen are told at once: one of them asks.
    this.reading ??= this.loadLibrary().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async loadLibrary(): Promise<Library> {
    const ruled = managedTags(await this.rules.tags());
    const names = localNames(await tagStore.library(this.db.read), ruled);
    const ids = new Map([...names].map(([id, name]) => [name, id]));
    this.known = { names, ids, ruled, until: Date.now() + LIBRARY_CACHE_MS };
    return this.known;
  }

  /** One making for each group, in the order of the rules; what was there before goes where it was. */
  private async createMissingTags(tx: Sql, occasion: string, now: number): Promise<void> {
    const { abilities, tags } = await this.rules.context();
    if (!abilities.has('ensure_tags')) return;
    const library = await tagStore.library(tx);
    const present = new Set(library.map((tag) => `${tag.grp}/${tag.name}`));
    const former = await tagStore.ordersOfDeletedTags(tx);
    const groups = new Map<string, { name: string; order: number }[]>();
    const places = new Map<string, number>();
    for (const { group, name } of tags) {
      const place = places.get(group) ?? 0;
      places.set(group, place + 1);
      if (present.has(`${group}/${name}`)) continue;
      const order = former.get(`${group}/${name}`) ?? Math.max(0, FIRST_ORDER - place);
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
    member: MemberId,
    externalUserId: string,
    { key, notBefore }: Pick<NewOutboxRow, 'key' | 'notBefore'>,
    now: number,
  ): Promise<void> {
    const action: Action = { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] };
    await outboxStore.enqueue(tx, [{ key, action, member, notBefore, priority: priorities.markTags }], now);
  }
}
