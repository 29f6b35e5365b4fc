import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import type { UnkeyedFact } from '../../reconciliation.js';
import { getContactPage, type Profile } from '../client/contacts.js';
import { getGroup } from '../client/groups.js';
import { withLeftOut, type LeftOut } from '../client/left-out.js';
import { readAllPages } from '../client/lenient.js';
import { UNREADABLE, type WecomApi } from '../client/wecom-api.js';
import { contactRead, followOf } from './contact-read.js';
import { groupGone, groupRead } from './group-read.js';
import { withReadKey } from './read-key.js';

/** No relation any more, or an id this app cannot see (G, T). */
const NOT_A_CONTACT = [84061, 40096];

export const readContact = async (api: WecomApi, clock: Clock, externalUserId: string): Promise<ActionResult> => ({
  facts: [withReadKey(externalUserId, await readWholeContact(api, clock, externalUserId))],
});

/**
 * Reads one contact with all its relations (paged beyond 500). One that is gone is reported with no relations at all. Where some
 * of them could not be read, the read is of the others alone: nobody is lost because of an odd row.
 */
export async function readWholeContact(
  api: WecomApi,
  clock: Clock,
  externalUserId: string,
): Promise<UnkeyedFact<'contact_read'>> {
  const readAt = clock.now();
  const { value, leftOut } = await withLeftOut(() => relationsOf(api, externalUserId, readAt));
  const follows = [...value.follows.values()];
  if (leftOut.length === 0) return contactRead(externalUserId, value.profile, follows, readAt);
  if (follows.length === 0) throw unreadable(`contact ${externalUserId}`, leftOut);
  return contactRead(
    externalUserId,
    value.profile,
    follows,
    readAt,
    follows.map(({ staff }) => staff),
  );
}

async function relationsOf(api: WecomApi, externalUserId: string, readAt: number) {
  let profile: Profile | undefined;
  // By staff: a page that comes twice adds nothing twice.
  const follows = new Map<string, ReturnType<typeof followOf>>();
  const rows = await readAllPages(api, 'externalcontact/get', async (from) => {
    const outcome = await getContactPage(api, externalUserId, from, NOT_A_CONTACT);
    if (!outcome.ok) return { items: [], next: undefined };
    profile ??= outcome.data.external_contact;
    return { items: outcome.data.follow_user, next: outcome.data.next_cursor };
  });
  // Tags of type 2 are a staff member's private ones and have no id.
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

const unreadable = (what: string, leftOut: readonly LeftOut[]): RetryLater =>
  new RetryLater(UNREADABLE, undefined, { message: `${what}: nothing could be read (${leftOut[0]?.where ?? ''})` });

export const readGroup = async (api: WecomApi, clock: Clock, chatId: string): Promise<ActionResult> => ({
  facts: [withReadKey(chatId, await readWholeGroup(api, clock, chatId))],
});

/**
 * Reads one group with everybody in it; one that WeCom does not know any more is reported as gone. The read may be 2 s behind a
 * callback (openscrm), so reads come late, not early.
 */
export async function readWholeGroup(
  api: WecomApi,
  clock: Clock,
  chatId: string,
  ownerState?: number,
): Promise<UnkeyedFact<'group_read'>> {
  const readAt = clock.now();
  const { value: outcome, leftOut } = await withLeftOut(() => getGroup(api, chatId));
  if (!outcome.ok) return groupGone(chatId, readAt);
  return groupRead(chatId, outcome.data.group_chat, { readAt, ownerState, isPartial: leftOut.length > 0 });
}
