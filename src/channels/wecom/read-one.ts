import type { Clock } from '../../platform/clock.js';
import type { Done } from '../channel.js';
import { getContactPage, type Profile } from './client/contacts.js';
import { getGroup } from './client/groups.js';
import type { WecomApi } from './client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { groupGone, groupRead } from './group-read.js';
import { withReadKey } from './read-key.js';

/** No relation any more, or an id this app cannot see (G, T). */
const NOT_A_CONTACT = [84061, 40096];

/** Reads one contact with all its relations (paged beyond 500). One that is gone is told with no relations at all. */
export async function readContact(api: WecomApi, clock: Clock, externalUserId: string): Promise<Done> {
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
        ),
      );
    }
    cursor = outcome.data.next_cursor;
  }
  return { facts: [withReadKey(externalUserId, contactRead(externalUserId, profile, follows, readAt))] };
}

/** Reads one group with everybody in it. The read may be 2 s behind a callback (openscrm), so reads come late, not early. */
export async function readGroup(api: WecomApi, clock: Clock, chatId: string): Promise<Done> {
  const readAt = clock.now();
  const outcome = await getGroup(api, chatId);
  return {
    facts: [withReadKey(chatId, outcome.ok ? groupRead(outcome.data.group_chat, readAt) : groupGone(chatId, readAt))],
  };
}
