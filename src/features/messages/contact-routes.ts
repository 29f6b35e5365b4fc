import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { contactPairStore, preferredPair } from '../members/contact-pair.store.js';
import { identityStore } from '../members/identity.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { mobileNumber } from '../../domain/phone.js';
import { serviceWindowStore, type CountedWindow } from '../service/service-window.store.js';
import { groupStore } from '../groups/group.store.js';

/** The ways in which one member can be written to. */
export interface ContactRoutes {
  readonly isContact: boolean;
  readonly externalUserId: string | null;
  /** The member of staff who has had them as a contact longest. */
  readonly staff: string | null;
  readonly chatContactId: string | null;
  /** In the form that carriers take; null if there is none or it is not a mainland mobile number. */
  readonly phone: string | null;
  /** Where they last wrote to customer service, if they ever did. */
  readonly service: CountedWindow | null;
  /** A group of theirs that the chat account is also in, preferably one of their tier. */
  readonly room: { readonly roomId: string; readonly name: string; readonly owner: string } | null;
}

/** The contact routes of each of these members, who may be listed repeatedly. */
export async function loadContactRoutes(
  sql: Sql,
  people: readonly Evaluation[],
): Promise<Map<MemberId, ContactRoutes>> {
  const ids = [...new Set(people.map(({ id }) => id))];
  if (ids.length === 0) return new Map();
  const chats = await identityStore.chatIdsOf(sql, ids);
  const windows = await serviceWindowStore.ofMembers(sql, ids);
  const pairs = await contactPairStore.openOfMembers(sql, ids);
  const groups = new Map((await groupStore.all(sql)).map((group) => [group.id, group]));
  return new Map(
    people.map((evaluation): [MemberId, ContactRoutes] => {
      const rooms = evaluation.memberships
        .flatMap(({ group: id, tier }) => {
          const group = groups.get(id);
          if (!group?.roomId) return [];
          const isOfTier = tier === evaluation.decision.values['tier'];
          return [{ roomId: group.roomId, name: group.name, owner: group.owner, isOfTier }];
        })
        .sort((a, b) => Number(b.isOfTier) - Number(a.isOfTier));
      const { externalUserId, isContact } = evaluation.stored.state;
      const pair = preferredPair(pairs.get(evaluation.id) ?? [], externalUserId);
      return [
        evaluation.id,
        {
          isContact,
          externalUserId: pair?.externalUserId ?? externalUserId,
          chatContactId: chats.get(evaluation.id) ?? null,
          phone: mobileNumber(evaluation.stored.state.phone),
          service: windows.get(evaluation.id)?.[0] ?? null,
          room: rooms[0] ?? null,
          staff: pair?.staff ?? null,
        },
      ];
    }),
  );
}
