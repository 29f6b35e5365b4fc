import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import type { UnkeyedFact } from '../../reconciliation.js';
import { getContactPage, type Profile } from '../client/contacts.js';
import { getGroup } from '../client/groups.js';
import { collectSkipped, type SkippedPart } from '../client/skipped-parts.js';
import { readAllPages } from '../client/lenient.js';
import { UNREADABLE, type WecomApi } from '../client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { groupGone, groupRead } from './group-read.js';
import { withReadKey } from './read-key.js';

/** No relation any more, or an id outside the scope of the app (G, T). */
const NOT_A_CONTACT = [84061, 40096];

export const readContact = async (api: WecomApi, clock: Clock, externalUserId: string): Promise<ActionResult> => ({
  facts: [withReadKey(externalUserId, await readWholeContact(api, clock, externalUserId))],
});

/**
 * Reads one contact with all its relations (paged above 500). A contact that does not exist any more has no relations. When
 * some relations could not be read, the read covers the others only (`of`), so that none is lost.
 */
export async function readWholeContact(
  api: WecomApi,
  clock: Clock,
  externalUserId: string,
): Promise<UnkeyedFact<'contact_read'>> {
  const readAt = clock.now();
  const { value, skipped } = await collectSkipped(() => relationsOf(api, externalUserId, readAt));
  const follows = [...value.follows.values()];
  const state = { externalUserId, profile: value.profile, follows, readAt };
  if (skipped.length === 0) return contactRead(state);
  if (follows.length === 0) throw unreadable(`contact ${externalUserId}`, skipped);
  return contactRead({ ...state, of: follows.map(({ staff }) => staff) });
}

async function relationsOf(api: WecomApi, externalUserId: string, readAt: number) {
  let profile: Profile | undefined;
  // By staff, so that a repeated page adds nothing.
  const follows = new Map<string, ReturnType<typeof followOf>>();
  const rows = await readAllPages(api, 'externalcontact/get', async (from) => {
    const outcome = await getContactPage(api, externalUserId, from, NOT_A_CONTACT);
    if (!outcome.ok) return { items: [], next: undefined };
    profile ??= outcome.data.external_contact;
    return { items: outcome.data.follow_user, next: outcome.data.next_cursor };
  });
  // Personal tags of staff (type 2) have no id.
  for (const row of rows)
    follows.set(
      row.userid,
      followOf(
        row,
        row.tags.flatMap((tag) => tag.tag_id ?? []),
        readAt,
      ),
    );
  return { profile, follows };
}

const unreadable = (what: string, skipped: readonly SkippedPart[]): RetryLater =>
  new RetryLater(UNREADABLE, undefined, { message: `${what}: nothing could be read (${skipped[0]?.where ?? ''})` });

export const readGroup = async (api: WecomApi, clock: Clock, chatId: string): Promise<ActionResult> => ({
  facts: [withReadKey(chatId, await readWholeGroup(api, clock, chatId))],
});

/**
 * Reads one group with all its members. A group that does not exist any more is reported as dismissed. The data of WeCom may
 * be 2 s behind a callback (openscrm), so callers wait before they read.
 */
export async function readWholeGroup(
  api: WecomApi,
  clock: Clock,
  chatId: string,
  ownerState?: number,
): Promise<UnkeyedFact<'group_read'>> {
  const readAt = clock.now();
  const { value: outcome, skipped } = await collectSkipped(() => getGroup(api, chatId));
  if (!outcome.ok) return groupGone(chatId, readAt);
  return groupRead(chatId, outcome.data.group_chat, { readAt, ownerState, isPartial: skipped.length > 0 });
}
