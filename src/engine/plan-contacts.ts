import { remarkKey } from '../domain/action-keys.js';
import type { ActionOf } from '../domain/action.js';
import type { Circumstances } from '../domain/context.js';
import { dayOf, isoDay } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { heldNames, type RuledTags } from '../members/held-tag-names.js';
import { type TagWrite, tagStore } from '../members/tag.store.js';
import { type Planned, outboxStore } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import { pairToWriteThrough } from './reach.js';
import { cutToCodePoints } from '../domain/cut-text.js';
import type { Looked, Outcome } from '../domain/evaluate.js';
import { factsOf, type MemberFact } from '../domain/member-fact.js';
import { FIRST, BULK_TAGS } from '../domain/priorities.js';
import type { StoredTag } from '../domain/tags.js';
import { contactWayStore } from '../groups/contact-way.store.js';
import { followStore } from '../members/follow.store.js';

/** WeCom cuts a remark at 20 characters (contract §4.5). */
const REMARK_LENGTH = 20;
/** A read that was under way while we tagged shows the tags of before; only older tags can be missed in it. */
const TAG_READ_MARGIN_MS = 2_000;
/** After the library has been read. */
const UNKNOWN_TAG_MS = 10_000;

/** What every contact gets at once and by itself: read, remarked, tagged. */
export async function planContacts(
  tx: Sql,
  looked: readonly Looked[],
  outcomes: readonly Outcome[],
  on: Circumstances,
  now: number,
): Promise<void> {
  const planned: Planned[] = [];
  const readable = on.abilities.has('read_contact');
  const remarking = on.abilities.has('set_remark') ? await remarkingOf(tx, looked) : null;
  for (const one of looked) {
    for (const fact of [...factsOf(one.facts, 'contact_added'), ...factsOf(one.facts, 'contact_changed')]) {
      if (readable && fact.member.externalUserId) {
        planned.push({
          key: `read:${fact.key}`,
          action: { kind: 'read_contact', externalUserId: fact.member.externalUserId },
          member: one.id,
          notBefore: now,
          priority: FIRST,
        });
      }
    }
    if (remarking) planned.push(...remarksOf(one, remarking, on, now));
  }
  planned.push(...(await readsOfUnknownTags(tx, looked, on, now)));
  if (on.abilities.has('mark_tags')) {
    const tellings = await withOpenPairs(
      tx,
      looked.flatMap((one, index) => tellingOf(one, outcomes[index]!, on, now)),
    );
    const again = tellings.flatMap(({ planned: { member }, isAgain }) => (isAgain ? [member] : []));
    const underWay = await outboxStore.openFor(tx, 'mark_tags', again);
    planned.push(
      ...tellings.flatMap((telling) =>
        telling.isAgain && underWay.has(telling.planned.member) ? [] : [telling.planned],
      ),
    );
  }
  await outboxStore.plan(tx, planned, now);
}

interface Telling {
  readonly planned: Planned & { readonly member: MemberId; readonly action: ActionOf<'mark_tags'> };
  /** Nothing is new: it is only that WeCom has not confirmed everything. */
  readonly isAgain: boolean;
}

/**
 * Which tags and under whose name is read when it goes: every tag WeCom has not confirmed by then. What a failed call, a
 * lost pair or a merge left untold is told again, once a day at the most, and not while it is being told.
 */
function tellingOf(one: Looked, { stored, tagsChanged }: Outcome, on: Circumstances, now: number): Telling[] {
  const { externalUserId, isContact } = stored.state;
  const isUntold = [...one.tags.values()].some((tag) => tag.confirmedAt === null);
  if (!isContact || externalUserId === null || (!tagsChanged && !isUntold)) return [];
  // The colleague who had them told is gone: whoever has the customer still is to have the tags at once.
  const lost = factsOf(one.facts, 'contact_lost').at(-1);
  const key = tagsChanged
    ? `tags:${one.id}:${stored.tagsVersion}`
    : `tags:${one.id}:${stored.tagsVersion}:${lost ? `after:${lost.id}` : isoDay(dayOf(now, on.timeZone))}`;
  const planned: Telling['planned'] = {
    key,
    member: one.id,
    notBefore: now,
    priority: one.facts.length > 0 ? FIRST + 1 : BULK_TAGS,
    action: { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] },
  };
  return [{ planned, isAgain: !tagsChanged && !lost }];
}

/** A member may have several ids: tags can be told only of one with a member of staff left. */
async function withOpenPairs(tx: Sql, tellings: readonly Telling[]): Promise<Telling[]> {
  const pairs = await followStore.openOf(
    tx,
    tellings.map(({ planned }) => planned.member),
  );
  return tellings.map((telling) => {
    const { member, action } = telling.planned;
    const pair = pairToWriteThrough(pairs.get(member) ?? [], action.externalUserId);
    if (!pair) return telling;
    return { ...telling, planned: { ...telling.planned, action: { ...action, externalUserId: pair.externalUserId } } };
  });
}

/** Tags we have never heard of: the library is read, and then the contact once more. */
async function readsOfUnknownTags(
  tx: Sql,
  looked: readonly Looked[],
  on: Circumstances,
  now: number,
): Promise<Planned[]> {
  const reads = looked.flatMap((one) => factsOf(one.facts, 'contact_read').map((fact) => ({ one, fact })));
  if (reads.length === 0 || !on.abilities.has('read_tags')) return [];
  const known = new Set((await tagStore.library(tx)).map((tag) => tag.tag_id));
  return reads.flatMap(({ one, fact }): Planned[] => {
    const unknown = fact.data.follows
      .flatMap((follow) => follow.tagIds)
      .filter((id) => !known.has(id))
      .sort();
    if (unknown.length === 0 || !fact.member.externalUserId) return [];
    return [
      { key: `read_tags:unknown:${unknown.join(',')}`, action: { kind: 'read_tags' }, notBefore: now, priority: 2 },
      {
        key: `read:${fact.member.externalUserId}:unknown:${unknown.join(',')}`,
        action: { kind: 'read_contact', externalUserId: fact.member.externalUserId },
        member: one.id,
        notBefore: now + UNKNOWN_TAG_MS,
        priority: FIRST,
      },
    ];
  });
}

interface Remarking {
  /** Pairs that WeCom lets us write about: a half one is refused with 84061 until the staff add back (contract §4.9). */
  readonly isWhole: (externalUserId: string, staff: string) => boolean;
  /** What the way is called that a newcomer came by. */
  readonly nameOfWay: (state: string) => string;
}

async function remarkingOf(tx: Sql, looked: readonly Looked[]): Promise<Remarking> {
  const reads = looked.flatMap((one) => factsOf(one.facts, 'contact_read'));
  const open = await followStore.open(
    tx,
    reads.flatMap((fact) => fact.member.externalUserId ?? []),
  );
  const ways = await contactWayStore.byStates(
    tx,
    reads.flatMap((fact) => fact.data.follows.flatMap((follow) => follow.state ?? [])),
  );
  return {
    isWhole: (externalUserId, staff) => open.get(externalUserId)?.some((pair) => pair.staff === staff) ?? false,
    nameOfWay: (state) => ways.get(state)?.name ?? state,
  };
}

function remarksOf(one: Looked, { isWhole, nameOfWay }: Remarking, on: Circumstances, now: number): Planned[] {
  return factsOf(one.facts, 'contact_read').flatMap((fact) =>
    fact.data.follows.flatMap((follow): Planned[] => {
      // Until somebody writes one, WeCom shows the nickname as the remark.
      const isOwn = follow.remark !== undefined && follow.remark !== '' && follow.remark !== fact.data.name;
      if (isOwn || !fact.member.externalUserId || !fact.data.name) return [];
      if (!isWhole(fact.member.externalUserId, follow.staff)) return [];
      const cameBy = follow.state ?? one.stored.state.source;
      const remark = [
        fact.data.name,
        cameBy ? nameOfWay(cameBy) : null,
        follow.createdAt === undefined
          ? null
          : isoDay(dayOf(follow.createdAt, on.timeZone)).slice(2).replaceAll('-', ''),
      ]
        .filter(Boolean)
        .join('-');
      return [
        {
          key: remarkKey(fact.member.externalUserId, follow.staff, follow.createdAt),
          member: one.id,
          notBefore: now,
          priority: FIRST + 2,
          action: {
            kind: 'set_remark',
            staff: follow.staff,
            externalUserId: fact.member.externalUserId,
            remark: cutToCodePoints(remark, REMARK_LENGTH),
          },
        },
      ];
    }),
  );
}

/**
 * What staff did to tags by hand, seen by reading the contact: a tag of theirs is kept from the rules; a tag of ours
 * that they took off stays off.
 */
export async function staffTagChanges(
  tx: Sql,
  facts: readonly MemberFact[],
  tags: ReadonlyMap<MemberId, ReadonlyMap<string, StoredTag>>,
  ruled: RuledTags,
): Promise<TagWrite[]> {
  const reads = facts.filter(({ fact }) => fact.kind === 'contact_read');
  if (reads.length === 0) return [];
  const listed = await tagStore.library(tx);
  const names = heldNames(listed, ruled);
  const library = new Map(
    listed.map((tag) => [tag.tag_id, { name: names.get(tag.tag_id)!, plain: tag.name, grp: tag.grp }]),
  );
  const existing = new Set([...library.values()].map((tag) => `${tag.grp}/${tag.name}`));
  return reads.flatMap(({ fact, member }) => {
    if (fact.kind !== 'contact_read') return [];
    const held = tags.get(member) ?? new Map<string, StoredTag>();
    const seen = new Map(
      fact.data.follows.flatMap((follow) =>
        follow.tagIds.flatMap((id) => {
          const tag = library.get(id);
          if (!tag) return [];
          // Of a tag that the rules have in another group by now, the one of the old group is still the one held.
          const own = held.get(tag.plain);
          const isOwn = own?.origin === 'rule' && own.group === tag.grp;
          return [[isOwn ? tag.plain : tag.name, tag.grp] as const];
        }),
      ),
    );
    const put = [...seen]
      .filter(([name]) => !held.has(name))
      .map(([name, group]): TagWrite => ({ member, name, group, origin: 'staff', want: true, confirmed: true }));
    const taken =
      // Of a read of some pairs only, it is not known what the others show.
      fact.data.follows.length === 0 || fact.data.of !== undefined
        ? []
        : [...held]
            .filter(
              ([name, tag]) =>
                tag.want &&
                existing.has(`${tag.group}/${name}`) &&
                tag.confirmedAt !== null &&
                tag.confirmedAt < fact.data.readAt - TAG_READ_MARGIN_MS &&
                !seen.has(name),
            )
            .map(([name, tag]): TagWrite => ({
              member,
              name,
              group: tag.group,
              origin: 'staff',
              want: false,
              confirmed: true,
            }));
    const back = [...held]
      .filter(
        ([name, tag]) =>
          !tag.want &&
          tag.confirmedAt !== null &&
          tag.confirmedAt < fact.data.readAt - TAG_READ_MARGIN_MS &&
          seen.has(name),
      )
      .map(([name, tag]): TagWrite => ({
        member,
        name,
        group: tag.group,
        origin: 'staff',
        want: true,
        confirmed: true,
      }));
    return [...put, ...taken, ...back];
  });
}
