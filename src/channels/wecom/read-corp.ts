import type { Fact } from '../../domain/fact.js';
import type { Clock } from '../../platform/clock.js';
import type { Receive } from '../channel.js';
import { batchGetByUser, getFollowUserList, type Profile } from './client/contacts.js';
import { getGroup, listGroups } from './client/groups.js';
import type { WecomApi } from './client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { groupRead } from './group-read.js';
import { withSyncKey } from './read-key.js';

type Follow = ReturnType<typeof followOf>;

const STAFF_AT_ONCE = 100;
const FACTS_AT_ONCE = 200;

/**
 * Reads the whole corp: everybody it had before the product came, and whatever callbacks were lost while it was down.
 * A contact's relations come scattered over several staff's pages, so nothing is told before all pages are in: half a
 * contact would read as relations lost.
 */
export async function readCorp(
  api: WecomApi,
  clock: Clock,
  receive: Receive,
): Promise<{ readonly contacts: number; readonly groups: number }> {
  const staff = await getFollowUserList(api);
  const contacts = new Map<string, { profile: Profile; follows: Follow[] }>();
  // A read is of the moment it began: what a callback says from then on is newer.
  const contactsReadAt = clock.now();
  for (let from = 0; from < staff.length; from += STAFF_AT_ONCE) {
    for (const { external_contact: profile, follow_info: row } of await batchGetByUser(
      api,
      staff.slice(from, from + STAFF_AT_ONCE),
    )) {
      const known = contacts.get(profile.external_userid) ?? { profile, follows: [] };
      known.follows.push(followOf(row, row.tag_id));
      contacts.set(profile.external_userid, known);
    }
  }
  await tell(
    receive,
    [...contacts].map(([id, { profile, follows }]) =>
      withSyncKey('contact', id, contactRead(id, profile, follows, contactsReadAt)),
    ),
  );

  let groups = 0;
  for (const chatId of await listGroups(api, staff)) {
    const readAt = clock.now();
    const outcome = await getGroup(api, chatId);
    if (!outcome.ok) continue;
    await tell(receive, [withSyncKey('group', chatId, groupRead(outcome.data.group_chat, readAt))]);
    groups += 1;
  }
  return { contacts: contacts.size, groups };
}

async function tell(receive: Receive, facts: readonly Fact[]): Promise<void> {
  for (let from = 0; from < facts.length; from += FACTS_AT_ONCE) {
    await receive(facts.slice(from, from + FACTS_AT_ONCE).map((fact) => ({ kind: 'fact', fact })));
  }
}
