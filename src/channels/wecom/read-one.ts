import type { Clock } from '../../platform/clock.js';
import type { Done } from '../channel.js';
import { getContactPage, type Profile } from './client/contacts.js';
import { getGroup } from './client/groups.js';
import type { WecomApi } from './client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { groupGone, groupRead } from './group-read.js';
import { withReadKey, type Keyless } from './read-key.js';

/** No relation any more, or an id this app cannot see (G, T). */
const NOT_A_CONTACT = [84061, 40096];

export const readContact = async (api: WecomApi, clock: Clock, externalUserId: string): Promise<Done> => ({
  facts: [withReadKey(externalUserId, await readWholeContact(api, clock, externalUserId))],
});

/** Reads one contact with all its relations (paged beyond 500). One that is gone is told with no relations at all. */
export async function readWholeContact(
  api: WecomApi,
  clock: Clock,
  externalUserId: string,
): Promise<Keyless<'contact_read'>> {
  const readAt = clock.now();
  const follows: ReturnType<typeof followOf>[] = [];
  let profile: Profile | undefined;
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const outcome = await getContactPage(api, externalUserId, cursor, NOT_A_CONTACT);
    if (!outcome.ok) break;
    profile ??= outcome.data.external_contact;
    for (const row of outcome.data.follow_user) {
      // Tags of type 2 are a staff member's private ones and have no id.
      follows.push(
        followOf(
          row,
          row.tags.flatMap((tag) => (tag.tag_id === undefined ? [] : [tag.tag_id])),
          readAt,
        ),
      );
    }
    cursor = outcome.data.next_cursor;
  }
  return contactRead(externalUserId, profile, follows, readAt);
}

export const readGroup = async (api: WecomApi, clock: Clock, chatId: string): Promise<Done> => ({
  facts: [withReadKey(chatId, await readWholeGroup(api, clock, chatId))],
});

/**
 * Reads one group with everybody in it; one that WeCom does not know any more is told as gone. The read may be 2 s behind a
 * callback (openscrm), so reads come late, not early.
 */
export async function readWholeGroup(
  api: WecomApi,
  clock: Clock,
  chatId: string,
  ownerState?: number,
): Promise<Keyless<'group_read'>> {
  const readAt = clock.now();
  const outcome = await getGroup(api, chatId);
  return outcome.ok ? groupRead(outcome.data.group_chat, readAt, ownerState) : groupGone(chatId, readAt);
}
