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
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** The contact is read again this long after the tag library was. */
export const READ_AFTER_LIBRARY_MS = 10_000;

export interface PlannedSync {
  readonly planned: NewOutboxRow & { readonly member: MemberId; readonly action: ActionOf<'mark_tags'> };
  /** No tag changed: the sync repeats what WeCom has not confirmed. */
  readonly isRepeat: boolean;
}

/**
 * Plans one `mark_tags` action for a contact with tags that WeCom has not confirmed. The tags and the staff are filled in when
 * the row is sent. What a failed call, a lost pair or a merge left unconfirmed is repeated at most once a day.
 */
export function planTagSync(evaluation: Evaluation, context: Context, now: number): PlannedSync[] {
  const { stored, tagsChanged } = evaluation.next;
  const { externalUserId, isContact } = stored.state;
  const isUnconfirmed = [...evaluation.tags.values()].some((tag) => tag.confirmedAt === null);
  if (!isContact || externalUserId === null || (!tagsChanged && !isUnconfirmed)) return [];
  // The pair that carried the tags is lost: another member of staff who has the customer gets the tags at once.
  const lost = factsOf(evaluation.facts, 'contact_lost').at(-1);
  const repeatKey = lost
    ? tagsAfterLossKey(evaluation.id, stored.tagsVersion, lost.id)
    : tagsOfDayKey(evaluation.id, stored.tagsVersion, isoDay(dayOf(now, context.timeZone)));
  const planned: PlannedSync['planned'] = {
    key: tagsChanged ? tagsKey(evaluation.id, stored.tagsVersion) : repeatKey,
    member: evaluation.id,
    notBefore: now,
    priority: evaluation.facts.length > 0 ? priorities.markTags : priorities.bulkTags,
    action: { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] },
  };
  return [{ planned, isRepeat: !tagsChanged && !lost }];
}

/** Changes each sync to an id of the member that has an open pair: a member may have several ids. */
export async function withOpenPairs(tx: Sql, syncs: readonly PlannedSync[]): Promise<PlannedSync[]> {
  const pairs = await contactPairStore.openOfMembers(
    tx,
    syncs.map(({ planned }) => planned.member),
  );
  return syncs.map((sync) => {
    const { member, action } = sync.planned;
    const pair = preferredPair(pairs.get(member) ?? [], action.externalUserId);
    if (!pair) return sync;
    return { ...sync, planned: { ...sync.planned, action: { ...action, externalUserId: pair.externalUserId } } };
  });
}

/** For contacts with tags that are not in the stored library: reads the library, then the contact again. */
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
