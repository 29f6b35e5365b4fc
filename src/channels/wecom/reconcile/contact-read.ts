import type { FactOf } from '../../../domain/fact.js';
import type { Profile } from '../client/contacts.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import type { UnkeyedFact } from '../../reconciliation.js';
import { knownTime } from '../wecom-times.js';

type Follow = FactOf<'contact_read'>['data']['follows'][number];

export interface FollowRow {
  readonly userid: string;
  readonly remark?: string | undefined;
  readonly createtime?: unknown;
  readonly state?: string | undefined;
  readonly add_way?: number | undefined;
}

/** One staff member's relation to a contact. */
export function followOf(row: FollowRow, tagIds: readonly string[], readAt: number): Follow {
  const createdAt = knownTime(row.createtime, readAt);
  return {
    staff: row.userid,
    ...(row.remark === undefined ? {} : { remark: row.remark }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(row.state === undefined ? {} : { state: row.state }),
    ...(row.add_way === undefined ? {} : { addWay: row.add_way }),
    tagIds: [...tagIds],
  };
}

/**
 * The corp's view of one contact at a moment. No follows: nobody in the app's scope has this contact (any more), or none of
 * those whom alone was looked at (`of`).
 */
export function contactRead(
  externalUserId: string,
  profile: Profile | undefined,
  follows: readonly Follow[],
  readAt: number,
  of?: readonly string[],
): UnkeyedFact<'contact_read'> {
  const gender = profile?.gender ?? 0;
  return {
    kind: 'contact_read',
    at: readAt,
    member: { externalUserId, ...(profile?.unionid === undefined ? {} : { unionid: profile.unionid }) },
    data: {
      name: cutToCodePoints(profile?.name ?? '', 128),
      gender: gender === 1 || gender === 2 ? gender : 0,
      readAt,
      ...(of === undefined ? {} : { of: [...of] }),
      follows: [...follows],
    },
  };
}
