import type { Looked } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { type Follow, followStore } from '../members/contact-pair.store.js';
import { amongNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { mobileNumber } from '../../domain/phone.js';
import { groupStore } from '../groups/group.store.js';

/** By which ways one member can be written to. */
export interface Reach {
  readonly isContact: boolean;
  readonly externalUserId: string | null;
  /** The member of staff who has had them as a contact longest. */
  readonly staff: string | null;
  readonly chatContactId: string | null;
  /** As carriers take it; null where there is none, or none of the mainland. */
  readonly phone: string | null;
  /** A group of theirs that the chat account is in too: of their tier if there is one. */
  readonly room: { readonly roomId: string; readonly name: string; readonly owner: string } | null;
}

/** Of a member's open pairs: one of the id they are known by, or else one of another id of theirs. */
export const pairToWriteThrough = (pairs: readonly Follow[], externalUserId: string | null): Follow | undefined =>
  pairs.find((pair) => pair.externalUserId === externalUserId) ?? pairs[0];

export async function reachesOf(sql: Sql, people: readonly Looked[]): Promise<Map<MemberId, Reach>> {
  const ids = people.map((one) => one.id);
  if (ids.length === 0) return new Map();
  const chats = new Map(
    (
      await sql.all<{ member_id: number; value: string }>(
        `SELECT member_id, MIN(value) AS value FROM identity WHERE kind = 'chat' AND member_id IN ${amongNumbers(sql, 1)} GROUP BY member_id`,
        [storableJson(ids)],
      )
    ).map((row) => [row.member_id, row.value]),
  );
  const pairs = await followStore.openOf(sql, ids);
  const groups = new Map((await groupStore.all(sql)).map((group) => [group.id, group]));
  return new Map(
    people.map((one): [MemberId, Reach] => {
      const rooms = one.memberships
        .flatMap(({ group, tier }) => {
          const known = groups.get(group);
          return known?.roomId
            ? [
                {
                  roomId: known.roomId,
                  name: known.name,
                  owner: known.owner,
                  own: tier === one.decision.values['tier'],
                },
              ]
            : [];
        })
        .sort((a, b) => Number(b.own) - Number(a.own));
      const { externalUserId, isContact } = one.stored.state;
      const pair = pairToWriteThrough(pairs.get(one.id) ?? [], externalUserId);
      return [
        one.id,
        {
          isContact,
          externalUserId: pair?.externalUserId ?? externalUserId,
          chatContactId: chats.get(one.id) ?? null,
          phone: mobileNumber(one.stored.state.phone),
          room: rooms[0] ?? null,
          staff: pair?.staff ?? null,
        },
      ];
    }),
  );
}
