import {
  readForTagsKey,
  readUnknownTagsKey,
  tagsAfterLossKey,
  tagsKey,
  tagsOfDayKey,
} from '../../domain/action-keys.js';
import type { ActionOf } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { isoDay, dayOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { factsOf } from '../../domain/member-fact.js';
import { priorities } from '../../domain/priorities.js';
import { contactPairStore, preferredPair } from '../members/contact-pair.store.js';
import { tagStore } from './tag.store.js';
import type { NewOutboxRow } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** After the library has been read. */
export const READ_AFTER_LIBRARY_MS = 10_000;

export interface PlannedSync {
  readonly planned: NewOutboxRow & { readonly member: MemberId; readonly action: ActionOf<'mark_tags'> };
  /** Nothing is new: it is only that WeCom has not confirmed everything. */
  readonly isRepeat: boolean;
}

/**
 * Which tags and under whose name is read when it goes: every tag WeCom has not confirmed by then. What a failed call, a
 * lost pair or a merge left untold is told again, once a day at the most, and not while it is being told.
 */
export function planTagSync(evaluation: Evaluation, context: Context, now: number): PlannedSync[] {
  const { stored, tagsChanged } = evaluation.next;
  const { externalUserId, isContact } = stored.state;
  const isUntold = [...evaluation.tags.values()].some((tag) => tag.confirmedAt === null);
  if (!isContact || externalUserId === null || (!tagsChanged && !isUntold)) return [];
  // The colleague who had them told is gone: whoever has the customer still is to have the tags at once.
  const lost = factsOf(evaluation.facts, 'contact_lost').at(-1);
  const again = lost
    ? tagsAfterLossKey(evaluation.id, stored.tagsVersion, lost.id)
    : tagsOfDayKey(evaluation.id, stored.tagsVersion, isoDay(dayOf(now, context.timeZone)));
  const planned: PlannedSync['planned'] = {
    key: tagsChanged ? tagsKey(evaluation.id, stored.tagsVersion) : again,
    member: evaluation.id,
    notBefore: now,
    priority: evaluation.facts.length > 0 ? priorities.markTags : priorities.bulkTags,
    action: { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] },
  };
  return [{ planned, isRepeat: !tagsChanged && !lost }];
}

/** A member may have several ids: tags can be told only of one with a member of staff left. */
export async function withOpenPairs(tx: Sql, tellings: readonly PlannedSync[]): Promise<PlannedSync[]> {
  const pairs = await contactPairStore.openOfMembers(
    tx,
    tellings.map(({ planned }) => planned.member),
  );
  return tellings.map((telling) => {
    const { member, action } = telling.planned;
    const pair = preferredPair(pairs.get(member) ?? [], action.externalUserId);
    if (!pair) return telling;
    return { ...telling, planned: { ...telling.planned, action: { ...action, externalUserId: pair.externalUserId } } };
  });
}

/** Tags we have never heard of: the library is read, and then the contact once more. */
export async function readsOfUnknownTags(
  { tx, context, now }: Run,
  evaluations: readonly Evaluation[],
): Promise<NewOutboxRow[]> {
  const reads = evaluations.flatMap((evaluation) =>
    factsOf(evaluation.facts, 'contact_read').map((fact) => ({ evaluation, fact })),
  );
  if (reads.length === 0 || !context.abilities.has('read_tags')) return [];
  const known = new Set((await tagStore.library(tx)).map((tag) => tag.tag_id));
  return reads.flatMap(({ evaluation, fact }): NewOutboxRow[] => {
    const unknown = fact.data.follows
      .flatMap((follow) => follow.tagIds)
      .filter((id) => !known.has(id))
      .sort();
    if (unknown.length === 0 || !fact.member.externalUserId) return [];
    return [
      {
        key: readUnknownTagsKey(unknown),
        action: { kind: 'read_tags' },
        notBefore: now,
        priority: priorities.readTagLibrary,
      },
      {
        key: readForTagsKey(fact.member.externalUserId, unknown),
        action: { kind: 'read_contact', externalUserId: fact.member.externalUserId },
        member: evaluation.id,
        notBefore: now + READ_AFTER_LIBRARY_MS,
        priority: priorities.readContact,
      },
    ];
  });
}
